package io.boathouse.serving.prediction;

import io.boathouse.platform.http.Page;

/**
 * Predictions of the inference tables that a caller may read.
 *
 * @param count of all of them
 * @param page of their ids, in the order of the ids
 */
public record FoundPredictions(long count, Page<String> page) {}
