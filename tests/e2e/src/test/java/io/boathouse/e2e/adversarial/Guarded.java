package io.boathouse.e2e.adversarial;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A table under attack. What its policies hide is made of words and numbers that stand nowhere
 * else, so that any reply which holds one has leaked.
 */
enum Guarded {
  /** Rows of one region are there for the group alone. */
  FILTERED,
  /** A column is shown as it is to the group alone. */
  MASKED,
  /** The one and the other. */
  FILTERED_AND_MASKED;

  static final List<Guarded> ONE_BY_ONE = List.of(FILTERED, MASKED);

  static final String SCHEMA = "main.guarded";
  static final int VISIBLE = 40;
  static final int HIDDEN = 30;

  /** Names, numbers and counts that are hidden. */
  static final Pattern CANARY = Pattern.compile("canary|77000\\d\\d\\b", Pattern.CASE_INSENSITIVE);

  /** In two parts, so that no text of a statement holds one. */
  private static final String CANARIES = "'can' || 'ary-' || range";

  private static final String COLUMNS =
      "id bigint, seen timestamp, region string, ssn string, pay bigint, late int";

  String table() {
    return SCHEMA + "." + word();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A copy of what the group sees, or of what everybody else sees. */
  String oracle(boolean all) {
    return "main.oracle." + word() + (all ? "_all" : "_seen");
  }

  List<String> creation() {
    return List.of(
        "CREATE TABLE %s (%s) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')"
            .formatted(table(), COLUMNS),
        "INSERT INTO %s %s".formatted(table(), rows(true)));
  }

  List<String> oracles() {
    return List.of(
        "CREATE TABLE %s (%s)".formatted(oracle(true), COLUMNS),
        "INSERT INTO %s %s".formatted(oracle(true), rows(true)),
        "CREATE TABLE %s (%s)".formatted(oracle(false), COLUMNS),
        "INSERT INTO %s %s".formatted(oracle(false), rows(false)));
  }

  private String rows(boolean all) {
    String seen = "TIMESTAMPTZ '2001-01-01 00:00:00+00' + CAST(range || ' minutes' AS INTERVAL)";
    String east =
        "SELECT range + 1, %s, 'east', %s, 10 + range %% 50, CAST(range %% 4 = 0 AS INT) FROM range(%d)"
            .formatted(
                seen, this != FILTERED ? (all ? CANARIES : "'xxx'") : "'open-' || range", VISIBLE);
    String hidden =
        "SELECT range + 100, %s, 'can' || 'aryland', %s, 7 * 1100000 + range, 1 FROM range(%d)"
            .formatted(seen, CANARIES, HIDDEN);
    return this != MASKED && all ? east + " UNION ALL " + hidden : east;
  }

  /** Set on the table, or by its tags: the filter of one and the mask of another. */
  List<String> policies() {
    List<String> statements = new ArrayList<>();
    if (this != MASKED) {
      statements.add(
          "CREATE OR REPLACE FUNCTION %s.seen_rows(r STRING) RETURNS BOOLEAN RETURN r = 'east' OR is_account_group_member('bypass-group')"
              .formatted(SCHEMA));
    }
    if (this != FILTERED) {
      statements.add(
          "CREATE OR REPLACE FUNCTION %s.shown_ssn(s STRING) RETURNS STRING RETURN CASE WHEN is_account_group_member('bypass-group') THEN s ELSE 'xxx' END"
              .formatted(SCHEMA));
    }
    switch (this) {
      case FILTERED ->
          statements.add(
              "ALTER TABLE %s SET ROW FILTER %s.seen_rows ON (region)".formatted(table(), SCHEMA));
      case MASKED -> {
        statements.add(
            "ALTER TABLE %s ALTER COLUMN ssn SET TAGS ('pii' = 'ssn')".formatted(table()));
        statements.add(
            "CREATE OR REPLACE POLICY hide_ssn ON TABLE %s COLUMN MASK %s.shown_ssn TO `account users` FOR TABLES MATCH COLUMNS hasTagValue('pii', 'ssn') AS s ON COLUMN s"
                .formatted(table(), SCHEMA));
      }
      case FILTERED_AND_MASKED -> {
        statements.add("ALTER TABLE %s ALTER COLUMN region SET TAGS ('region')".formatted(table()));
        statements.add(
            "CREATE OR REPLACE POLICY near ON TABLE %s ROW FILTER %s.seen_rows TO `account users` FOR TABLES MATCH COLUMNS hasTag('region') AS r USING COLUMNS (r)"
                .formatted(table(), SCHEMA));
        statements.add(
            "ALTER TABLE %s ALTER COLUMN ssn SET MASK %s.shown_ssn".formatted(table(), SCHEMA));
      }
    }
    return statements;
  }
}
