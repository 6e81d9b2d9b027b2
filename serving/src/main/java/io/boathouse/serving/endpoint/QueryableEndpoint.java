package io.boathouse.serving.endpoint;

import io.boathouse.serving.inference.LiveEndpoint;
import java.util.Optional;

/** An endpoint that answers and that the caller may query. */
public record QueryableEndpoint(LiveEndpoint live, Optional<String> description) {}
