package io.boathouse.sql.govern;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A query from outside with what it needs to be read.
 *
 * @param parameters values of its markers {@code :name}
 * @param defaults where shorter names are looked up
 * @param locals names that stand for views of the session: the name as written to the view's
 */
public record QueryText(
    String sql,
    List<QueryParameter> parameters,
    NameDefaults defaults,
    Map<String, String> locals) {
  public QueryText {
    parameters = List.copyOf(parameters);
    locals =
        locals.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    entry -> TreeWalk.canonical(entry.getKey()), Map.Entry::getValue));
  }

  /** A query without parameters over the standard defaults. */
  public static QueryText of(String sql) {
    return new QueryText(sql, List.of(), NameDefaults.STANDARD, Map.of());
  }

  Map<String, QueryParameter> parametersByName() {
    return parameters.stream()
        .collect(
            Collectors.toMap(
                QueryParameter::name,
                Function.identity(),
                (first, second) -> {
                  throw GovernErrors.parameter(second.name(), "is given twice");
                }));
  }
}
