package io.boathouse.platform.duckdb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of SQL that takes two texts and gives one. It is called with as many rows as the
 * engine works on at once, on threads of the engine, several at a time. What it throws fails the
 * statement.
 */
@FunctionalInterface
public interface BatchFunction {
  /**
   * @param first one a row
   * @param second as many
   * @return as many; null for NULL
   */
  List<@Nullable String> apply(List<@Nullable String> first, List<@Nullable String> second);
}
