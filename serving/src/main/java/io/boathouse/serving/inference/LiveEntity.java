package io.boathouse.serving.inference;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.serving.batch.Batcher;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.scale.ScaledModel;
import java.util.Optional;

/**
 * A model version that is loaded and answers.
 *
 * @param name what clients call it, unique in its endpoint
 * @param scaled its model where that may be out of memory; empty if there is no model
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
    Optional<ScaledModel> scaled,
    Batcher batcher,
    ModelInputs inputs,
    EndpointMeters meters,
    EntityLog log) {}
