package io.boathouse.registry.search;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Collection;
import java.util.Map;

/** Failures of search filters and orders. Clients match the first words, which are MLflow's. */
final class SearchErrors {
  private static final int SHOWN = 200;

  private SearchErrors() {}

  static LakeException invalidClauses(String text) {
    return invalid(
        "filter",
        text,
        "Invalid clause(s) in filter string: '%s'. Join comparisons such as"
            + " \"metrics.loss < 0.5\" with AND; OR and parentheses are not part of the grammar.");
  }

  static LakeException multipleExpressions(String filter) {
    return invalid(
        "filter",
        filter,
        "Search filter contained multiple expression '%s'. Provide AND-ed expression list.");
  }

  static LakeException tooLong(String field, int length, int limit) {
    return new LakeException(
        INVALID_ARGUMENT,
        "SEARCH_TOO_LONG",
        "Invalid %s: it has %d characters or clauses and at most %d are read. Make it shorter."
            .formatted(field, length, limit),
        Map.of("field", field, "value", Integer.toString(length)));
  }

  static LakeException identifierExpected(String found) {
    return invalid(
        "filter",
        found,
        "Invalid comparison clause. Expected 'Identifier' found '%s'. Put the key on the left.");
  }

  static LakeException invalidEntity(String entity, Collection<String> valid) {
    return invalid(
        "filter", entity, "Invalid entity type '%s'. Valid values are " + listed(valid) + ".");
  }

  static LakeException invalidKey(String entity, String key, Collection<String> valid) {
    return invalid(
        "filter",
        key,
        "Invalid " + entity + " key '%s' specified. Valid keys are " + listed(valid) + ".");
  }

  static LakeException numberExpected(String entity, String key, String found) {
    String what = entity.equals("metric") ? "metric" : "numeric " + entity + ": " + key;
    return invalid("filter", found, "Expected numeric value type for " + what + ". Found %s");
  }

  static LakeException quotedExpected(String entity, String found) {
    String what = entity.equals("attribute") ? "attributes" : entity;
    return invalid(
        "filter",
        found,
        "Expected a quoted string value for " + what + " (e.g. 'my-value'). Got value %s");
  }

  static LakeException notQuoted(String found) {
    return invalid(
        "filter",
        found,
        "Parameter value is either not quoted or unidentified quote types used for string value"
            + " %s. Use either single or double quotes.");
  }

  static LakeException listNotSupported(Collection<String> keys) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_SEARCH",
        "Only the %s attribute supports comparison with a list of quoted string values."
            .formatted(listed(keys)),
        Map.of("field", "filter"));
  }

  static LakeException listExpected(String found) {
    return invalid(
        "filter",
        found,
        "While parsing a list in the query, expected string value, punctuation, or whitespace,"
            + " but got different type in list: %s");
  }

  static LakeException invalidComparator(String comparator, Collection<String> valid) {
    return invalid(
        "filter", comparator, "Invalid comparator '%s' not one of " + listed(valid) + ".");
  }

  static LakeException invalidOrder(String clause) {
    return invalid(
        "order_by",
        clause,
        "Invalid order_by clause '%s'. Could not be parsed. Write a key, then ASC or DESC.");
  }

  static LakeException invalidOrderKey(String key, Collection<String> valid) {
    return invalid(
        "order_by",
        key,
        "Invalid order_by key '%s' specified. Valid keys are " + listed(valid) + ".");
  }

  private static String listed(Collection<String> words) {
    return "['" + String.join("', '", words) + "']";
  }

  /** The format has one {@code %s}, for the shortened value. */
  private static LakeException invalid(String field, String value, String format) {
    String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_SEARCH",
        format.replace("%s", shown),
        Map.of("field", field, "value", shown));
  }
}
