package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes rows of a table of other rows: columns are matched by name whatever their case, and what is
 * missing is filled as the table says, or null.
 */
final class FilledRows {
  /** Where rows come from, which tells what they may bring. */
  enum Origin {
    /** From outside: no value of an identity column that is always generated. */
    OUTSIDE,
    /** Rows of the table that changed: what is generated is null until it is computed again. */
    CHANGED,
    /** They have all that they shall have. */
    COMPLETE
  }

  private final DuckSession session;
  private final TableSchema table;
  private final Origin origin;

  FilledRows(DuckSession session, TableSchema table, Origin origin) {
    this.session = session;
    this.table = table;
    this.origin = origin;
  }

  /**
   * The query of the table's rows.
   *
   * @param select gives the rows
   * @param besides columns of the query that are none of the table's, and stay
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column that does
   *     not fit, its type and the one expected
   */
  String of(String select, List<String> besides) {
    List<Column> columns = new ArrayList<>(ParquetFiles.describe(session, select).columns());
    columns.removeIf(column -> besides.contains(column.name()));
    TableSchema found = new TableSchema(columns);
    Assignment.requireKnown(table, found);
    List<String> items = new ArrayList<>();
    List<String> finished = new ArrayList<>();
    for (String name : besides) {
      items.add(SqlText.identifier(name));
      finished.add(SqlText.identifier(name));
    }
    boolean computes = false;
    for (Column column : table.columns()) {
      boolean given = found.column(column.name()).isPresent();
      String name = SqlText.identifier(column.name());
      if (isGenerated(column) && (!given || origin == Origin.CHANGED)) {
        computes = true;
        finished.add(computed(column, given) + " AS " + name);
      } else {
        finished.add(name);
      }
      if (given || !isGenerated(column)) {
        items.add(item(column, found) + " AS " + name);
      }
    }
    String rows = "SELECT %s FROM (%s)".formatted(String.join(", ", items), select);
    return computes
        ? "SELECT %s FROM (%s) AS plain".formatted(String.join(", ", finished), rows)
        : rows;
  }

  private String item(Column column, TableSchema found) {
    Optional<Column> source = found.column(column.name());
    if (source.isEmpty()) {
      return column
          .filling()
          .map(filling -> filled(column, filling))
          .orElseGet(() -> Assignment.absent(column));
    }
    boolean numbered =
        column.filling().orElse(null) instanceof Filling.Identity identity && !identity.explicit();
    if (numbered && origin == Origin.OUTSIDE) {
      throw SchemaErrors.identityGiven(column.name());
    }
    return Assignment.value(column, source.get());
  }

  private String filled(Column column, Filling filling) {
    String value =
        switch (filling) {
          case Filling.Default(String expression) ->
              PlainExpression.ofNoColumns(
                      session, expression, "the default of '" + column.name() + "'")
                  .sql();
          case Filling.Generated generated -> throw new IllegalArgumentException(column.name());
          case Filling.Identity identity -> number(column, identity);
        };
    return "CAST(" + value + " AS " + DuckTypes.of(column.type()) + ")";
  }

  /** Numbers the rows of a query from the next one on. */
  static String number(Column column, Filling.Identity identity) {
    try {
      return "(%d + (row_number() OVER () - 1) * %d)".formatted(identity.next(), identity.step());
    } catch (ArithmeticException e) {
      throw SchemaErrors.identityUsedUp(column.name());
    }
  }

  private String computed(Column column, boolean given) {
    String name = SqlText.identifier(column.name());
    String value = generated(session, column);
    return given
        ? "CASE WHEN " + name + " IS NULL THEN " + value + " ELSE " + name + " END"
        : value;
  }

  static boolean isGenerated(Column column) {
    return column.filling().orElse(null) instanceof Filling.Generated;
  }

  /** What the expression of a generated column gives. */
  static String generated(DuckSession session, Column column) {
    if (column.filling().orElse(null) instanceof Filling.Generated(String expression)) {
      String value =
          PlainExpression.of(session, expression, "the generated column '" + column.name() + "'")
              .sql();
      return "CAST(" + value + " AS " + DuckTypes.of(column.type()) + ")";
    }
    throw new IllegalArgumentException(column.name());
  }

  /**
   * The identity columns after rows were numbered.
   *
   * @param given columns that the rows brought
   */
  static Map<String, Filling.Identity> numbered(TableSchema table, Set<String> given, long rows) {
    Map<String, Filling.Identity> numbered = new HashMap<>();
    if (rows == 0) {
      return numbered;
    }
    for (Column column : table.columns()) {
      boolean brought = given.stream().anyMatch(column.name()::equalsIgnoreCase);
      if (!brought && column.filling().orElse(null) instanceof Filling.Identity identity) {
        try {
          numbered.put(
              column.name(),
              new Filling.Identity(
                  identity.start(),
                  identity.step(),
                  identity.explicit(),
                  Optional.of(identity.after(rows))));
        } catch (ArithmeticException e) {
          throw SchemaErrors.identityUsedUp(column.name());
        }
      }
    }
    return numbered;
  }

  /**
   * Sees that a new table's columns can be filled as it says.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column;
   *     UNSUPPORTED if an expression is more than a plain one
   */
  static void require(DuckSession session, TableSchema table, List<String> partitionColumns) {
    for (Column column : table.columns()) {
      column
          .filling()
          .ifPresent(
              filling -> {
                switch (filling) {
                  case Filling.Default(String expression) ->
                      requireDefault(session, column, expression);
                  case Filling.Generated generated -> requireGenerated(session, table, column);
                  case Filling.Identity identity ->
                      requireIdentity(column, partitionColumns.contains(column.name()));
                }
              });
    }
  }

  static void requireDefault(DuckSession session, Column column, String expression) {
    if (column.filling().orElse(null) instanceof Filling.Generated
        || column.filling().orElse(null) instanceof Filling.Identity) {
      throw SchemaErrors.wrongFilling(column, "it is generated already");
    }
    PlainExpression plain =
        PlainExpression.ofNoColumns(session, expression, "the default of '" + column.name() + "'");
    String select = "SELECT " + plain.sql() + " AS value";
    // the engine takes a null for a number
    if (session.query(select, row -> row.getObject(1)).getFirst() != null) {
      requireFits(session, column, select);
    }
  }

  private static void requireGenerated(DuckSession session, TableSchema table, Column column) {
    Filling.Generated generated = (Filling.Generated) column.filling().orElseThrow();
    PlainExpression plain =
        PlainExpression.of(
            session, generated.expression(), "the generated column '" + column.name() + "'");
    List<String> items = new ArrayList<>(List.of("NULL AS " + SqlText.identifier("_")));
    for (String name : plain.columns()) {
      Column used =
          table.column(name).orElseThrow(() -> SchemaErrors.unknownColumn(name, table.names()));
      if (isGenerated(used)) {
        throw SchemaErrors.wrongFilling(column, "'" + name + "' is generated itself");
      }
      items.add(Assignment.nullOf(used) + " AS " + SqlText.identifier(used.name()));
    }
    requireFits(
        session,
        column,
        "SELECT %s AS value FROM (SELECT %s)".formatted(plain.sql(), String.join(", ", items)));
  }

  private static void requireIdentity(Column column, boolean partitions) {
    if (!(column.type() instanceof DataType.LongType)) {
      throw SchemaErrors.wrongFilling(column, "an identity column is bigint");
    }
    if (partitions) {
      throw SchemaErrors.wrongFilling(column, "the table cannot be partitioned by an identity");
    }
  }

  private static void requireFits(DuckSession session, Column column, String select) {
    DataType found = ParquetFiles.describe(session, select).columns().getFirst().type();
    if (!Assignment.fits(found, column.type())) {
      throw SchemaErrors.wrongType(column, found);
    }
  }
}
