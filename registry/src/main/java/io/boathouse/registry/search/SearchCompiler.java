package io.boathouse.registry.search;

import io.boathouse.registry.search.Filter.Clause;
import io.boathouse.registry.search.Filter.Comparison;
import io.boathouse.registry.search.Filter.Identifier;
import io.boathouse.registry.search.Filter.ListTest;
import io.boathouse.registry.search.Filter.NullTest;
import io.boathouse.registry.search.Filter.Value;
import io.boathouse.registry.search.SearchField.Use;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns clauses and order terms into SQL text with named parameters. A clause on a key that the
 * object lacks is false, also for {@code !=}; NaN equals nothing. Orders put NaN after numbers and
 * absent values last, in both directions.
 */
final class SearchCompiler {
  private static final List<String> NUMBER_COMPARATORS = List.of("=", "!=", ">", ">=", "<", "<=");
  private static final List<String> TEXT_COMPARATORS = List.of("=", "!=", "LIKE", "ILIKE");

  private final SearchTarget target;
  private final List<String> conditions = new ArrayList<>();
  private final StringBuilder joins = new StringBuilder();
  private final List<String> orders = new ArrayList<>();
  private final Map<String, Object> bindings = new LinkedHashMap<>();

  SearchCompiler(SearchTarget target) {
    this.target = target;
  }

  void add(Clause clause) {
    SearchTarget.Entity entity = target.entity(clause.identifier().entity());
    String key = clause.identifier().key();
    SearchField field =
        entity
            .field(key, Use.FILTER)
            .orElseThrow(
                () -> SearchErrors.invalidKey(entity.name(), key, entity.keys(Use.FILTER)));
    conditions.add(
        switch (clause) {
          case Comparison comparison -> comparison(entity, field, comparison);
          case ListTest test -> listTest(entity, field, test);
          case NullTest test -> nullTest(field, test);
        });
  }

  void add(Order order) {
    SearchTarget.Entity entity = target.entity(order.identifier().entity());
    Identifier identifier = order.identifier();
    SearchField field =
        entity
            .field(identifier.key(), Use.ORDER)
            .orElseThrow(
                () -> SearchErrors.invalidOrderKey(identifier.key(), entity.keys(Use.ORDER)));
    String value = sortValue(field, identifier.key());
    String direction = order.descending() ? " DESC" : " ASC";
    switch (field.type()) {
      case TEXT -> orders.add("(" + value + ") COLLATE \"C\"" + direction + " NULLS LAST");
      case LONG -> orders.add(value + direction + " NULLS LAST");
      case DOUBLE -> {
        orders.add(
            "CASE WHEN " + value + " IS NULL THEN 2 WHEN " + value + " = 'NaN' THEN 1 ELSE 0 END");
        orders.add(value + direction);
      }
    }
  }

  SearchSql sql(String tieBreak) {
    List<String> terms = new ArrayList<>(orders);
    terms.add(tieBreak);
    return new SearchSql(
        conditions.isEmpty() ? "TRUE" : String.join(" AND ", conditions),
        joins.toString(),
        String.join(", ", terms),
        bindings);
  }

  private String comparison(SearchTarget.Entity entity, SearchField field, Comparison clause) {
    String comparator = clause.comparator();
    if (field.type() == SearchField.Type.TEXT) {
      String content = text(entity, clause.value());
      String operator = operator(comparator, TEXT_COMPARATORS);
      String test = field.sql() + " " + operator + " " + bind(content) + escape(comparator);
      return target
          .defaultOf(entity, clause.identifier().key())
          .map(missing -> withDefault(field, clause, test, missing))
          .orElseGet(() -> within(field, clause.identifier(), test));
    }
    Object number = number(entity, clause, field.type());
    String operator = operator(comparator, NUMBER_COMPARATORS);
    String test = field.sql() + " " + operator + " " + bind(number);
    if (field.type() == SearchField.Type.DOUBLE && !comparator.equals("!=")) {
      test += " AND " + field.sql() + " <> 'NaN'";
    }
    return within(field, clause.identifier(), test);
  }

  private String listTest(SearchTarget.Entity entity, SearchField field, ListTest test) {
    if (!field.lists()) {
      List<String> keys = target.listKeys(entity);
      if (keys.isEmpty() || field.type() != SearchField.Type.TEXT) {
        throw SearchErrors.invalidComparator(
            test.negated() ? "NOT IN" : "IN",
            field.type() == SearchField.Type.TEXT ? TEXT_COMPARATORS : NUMBER_COMPARATORS);
      }
      throw SearchErrors.listNotSupported(keys);
    }
    List<String> names = test.values().stream().map(this::bind).toList();
    String operator = test.negated() ? " NOT IN (" : " IN (";
    return within(
        field, test.identifier(), field.sql() + operator + String.join(", ", names) + ")");
  }

  private String nullTest(SearchField field, NullTest test) {
    if (field.key().isEmpty() || field.type() != SearchField.Type.TEXT) {
      throw SearchErrors.invalidComparator(
          test.negated() ? "IS NOT NULL" : "IS NULL",
          field.type() == SearchField.Type.TEXT ? TEXT_COMPARATORS : NUMBER_COMPARATORS);
    }
    String exists = within(field, test.identifier(), "TRUE");
    return test.negated() ? exists : "NOT " + exists;
  }

  /** A missing key counts as a value, so the test also holds for it where that value passes. */
  private String withDefault(SearchField field, Comparison clause, String test, String missing) {
    String present = within(field, clause.identifier(), "TRUE");
    String passes =
        bind(missing)
            + " "
            + operator(clause.comparator(), TEXT_COMPARATORS)
            + " "
            + bind(((Value.Text) clause.value()).content())
            + escape(clause.comparator());
    return "("
        + within(field, clause.identifier(), test)
        + " OR (NOT "
        + present
        + " AND "
        + passes
        + "))";
  }

  private String within(SearchField field, Identifier identifier, String test) {
    if (field.within().isEmpty()) {
      return "(" + test + ")";
    }
    String key =
        field.key().map(column -> " AND " + column + " = " + bind(identifier.key())).orElse("");
    return "EXISTS (SELECT 1 FROM " + field.within().get() + key + " AND " + test + ")";
  }

  private String sortValue(SearchField field, String key) {
    if (field.within().isEmpty()) {
      return field.sql();
    }
    String alias = "o" + bindings.size();
    joins
        .append(" LEFT JOIN LATERAL (SELECT ")
        .append(field.sql())
        .append(" AS sort_value FROM ")
        .append(field.within().get());
    field.key().ifPresent(column -> joins.append(" AND ").append(column).append(" = "));
    joins.append(bind(key)).append(" LIMIT 1) ").append(alias).append(" ON TRUE");
    return alias + ".sort_value";
  }

  private static String text(SearchTarget.Entity entity, Value value) {
    return switch (value) {
      case Value.Text text -> text.content();
      case Value.Word word -> throw SearchErrors.notQuoted(word.raw());
      case Value.Numeral number -> throw SearchErrors.quotedExpected(entity.name(), number.raw());
    };
  }

  private static Object number(
      SearchTarget.Entity entity, Comparison clause, SearchField.Type type) {
    if (!(clause.value() instanceof Value.Numeral number)) {
      throw SearchErrors.numberExpected(
          entity.name(), clause.identifier().key(), clause.value().raw());
    }
    if (type == SearchField.Type.LONG) {
      try {
        return Long.valueOf(number.raw());
      } catch (NumberFormatException e) {
        return Double.valueOf(number.raw()); // a fraction, an exponent or beyond 64 bits
      }
    }
    return Double.valueOf(number.raw());
  }

  private static String operator(String comparator, List<String> valid) {
    if (!valid.contains(comparator)) {
      throw SearchErrors.invalidComparator(comparator, valid);
    }
    return comparator.equals("!=") ? "<>" : comparator;
  }

  /** In the grammar nothing escapes the wildcards. */
  private static String escape(String comparator) {
    return comparator.endsWith("LIKE") ? " ESCAPE ''" : "";
  }

  private String bind(Object value) {
    String name = "q" + bindings.size();
    bindings.put(name, value);
    return ":" + name;
  }
}
