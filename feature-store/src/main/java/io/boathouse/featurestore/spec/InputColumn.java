package io.boathouse.featurestore.spec;

import io.boathouse.featurestore.online.ValueType;

/** A column that every request row, and every label, must carry. */
public record InputColumn(String name, ValueType type) {}
