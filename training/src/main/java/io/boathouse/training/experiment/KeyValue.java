package io.boathouse.training.experiment;

/** A tag or parameter. */
public record KeyValue(String key, String value) {}
