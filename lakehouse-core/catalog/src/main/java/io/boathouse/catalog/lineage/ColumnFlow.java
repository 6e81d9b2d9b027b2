package io.boathouse.catalog.lineage;

import io.boathouse.catalog.securable.FullName;
import java.util.Optional;

/**
 * That values of a column went directly into another, perhaps through an expression.
 *
 * @param target the column of what was made; empty if the values were only read
 */
public record ColumnFlow(FullName table, String column, Optional<String> target) {}
