package io.boathouse.sql.engine;

/** A column of a result. */
public record ResultColumn(String name, ResultType type) {}
