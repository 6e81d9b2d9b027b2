package io.boathouse.catalog.lineage;

import java.util.Optional;

/**
 * One version of something that data came from or went to.
 *
 * @param kind TABLE, FEATURE_TABLE, FEATURE_SPEC, TRAINING_SET, RUN, MODEL_VERSION, ENDPOINT, FILE,
 *     PREDICTION, STATEMENT
 * @param name the full name, id, or file name with digest
 * @param version the version where the kind has one
 */
public record LineageNode(String kind, String name, Optional<Long> version) {}
