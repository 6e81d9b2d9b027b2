package io.boathouse.sql.govern;

import java.util.Optional;

/**
 * A value for a marker of a statement.
 *
 * @param name the marker without its colon
 * @param value as text; empty for NULL
 * @param type its SQL type such as {@code INT} or {@code DECIMAL(10,2)}; text if nothing was said
 */
public record QueryParameter(String name, Optional<String> value, String type) {}
