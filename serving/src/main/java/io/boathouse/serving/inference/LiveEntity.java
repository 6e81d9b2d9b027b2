package io.boathouse.serving.inference;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.serving.batch.Batcher;
import io.boathouse.serving.runtime.ModelRuntime;
import java.util.Optional;

/**
 * A model version that is loaded and answers.
 *
 * @param name what clients call it, unique in its endpoint
 * @param featureSpec what completes its requests, as {@code catalog.schema.spec/3}
 * @param meters those of its endpoint
 */
public record LiveEntity(
    String id,
    String name,
    FullName model,
    int version,
    Optional<String> runId,
    Optional<String> featureSpec,
    ModelRuntime runtime,
    Batcher batcher,
    ModelInputs inputs,
    EndpointMeters meters,
    EntityLog log) {}
