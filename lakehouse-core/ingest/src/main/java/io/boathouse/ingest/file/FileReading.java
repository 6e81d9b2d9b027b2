package io.boathouse.ingest.file;

import io.boathouse.ingest.file.LoadRequest.Reading;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings one file into a session: the view {@link #SOURCE} with its good rows and their line or row
 * numbers in {@link #LINE}, and the table {@link #UNREAD} with the others.
 */
final class FileReading {
  /** The rows that could be read. */
  static final String SOURCE = "ingest_source";

  /** Where a row was: the line of a text file, the row of a Parquet file, counted from 1. */
  static final String LINE = "source_line";

  /** Rows that could not be read: line, column_name, reason, row. */
  static final String UNREAD = "ingest_unread";

  private static final String PARSED = "ingest_parsed";
  private static final String BAD_COLUMN = "ingest_bad_column";

  private final DuckSession session;
  private final StagedFile file;
  private final Reading reading;
  private final Map<String, String> expected;

  /**
   * @param expected types of columns by lower-case name, for those that the reading leaves open
   */
  FileReading(DuckSession session, StagedFile file, Reading reading, Map<String, String> expected) {
    this.session = session;
    this.file = file;
    this.reading = reading;
    this.expected = Map.copyOf(expected);
  }

  /**
   * Reads the file.
   *
   * @return how many rows it has, with those that could not be read
   * @throws LakeException INVALID_ARGUMENT if it is not of its format at all
   */
  long read() {
    session.execute(
        "CREATE TEMP TABLE %s (line BIGINT, column_name VARCHAR, reason VARCHAR, row VARCHAR)"
            .formatted(UNREAD));
    try {
      switch (file.format()) {
        case CSV -> csv();
        case JSON -> json();
        case PARQUET -> parquet();
      }
    } catch (LakeException e) {
      throw e.reason().equals("NO_COLUMNS")
          ? e
          : LoadErrors.unreadable(file.label(), file.format(), e);
    }
    long good = count(PARSED);
    long bad = count(UNREAD);
    source();
    return good + bad;
  }

  /** Whether the whole file can be read, asked when something failed later. */
  void requireReadable() {
    try {
      var unused =
          session.query(
              "SELECT bit_xor(hash(t)) FROM %s AS t".formatted(PARSED), row -> row.getString(1));
    } catch (LakeException e) {
      throw LoadErrors.unreadable(file.label(), file.format(), e);
    }
  }

  private void csv() {
    List<String> arguments = new ArrayList<>();
    arguments.add("ignore_errors = true");
    reading.header().ifPresent(header -> arguments.add("header = " + header));
    reading.delimiter().ifPresent(text -> arguments.add("delim = " + SqlText.literal(text)));
    reading.quote().ifPresent(text -> arguments.add("quote = " + SqlText.literal(text)));
    reading.nullValue().ifPresent(text -> arguments.add("nullstr = " + SqlText.literal(text)));
    reading.dateFormat().ifPresent(text -> arguments.add("dateformat = " + SqlText.literal(text)));
    reading
        .timestampFormat()
        .ifPresent(text -> arguments.add("timestampformat = " + SqlText.literal(text)));
    String scan =
        "read_csv(%s, %s".formatted(SqlText.literal(file.path()), String.join(", ", arguments));
    Map<String, String> types = types(columns(session, scan + ")"));
    String typed = "";
    if (!types.isEmpty()) {
      typed =
          types.entrySet().stream()
              .map(type -> SqlText.literal(type.getKey()) + ": " + SqlText.literal(type.getValue()))
              .collect(Collectors.joining(", ", ", types = {", "}"));
    }
    session.execute(
        "CREATE TEMP TABLE %s AS SELECT row_number() OVER () AS %s, * FROM %s%s, store_rejects = true, rejects_limit = 0)"
            .formatted(PARSED, LINE, scan, typed));
    session.execute(
        """
        INSERT INTO %s
        SELECT line, min(column_name), min('CSV ' || lower(error_type::VARCHAR)), min(csv_line)
        FROM reject_errors GROUP BY line
        """
            .formatted(UNREAD));
    numberLines();
  }

  /** The nth good row stands behind the header and the bad lines before it. */
  private void numberLines() {
    int header = reading.header().orElseGet(this::sniffedHeader) ? 1 : 0;
    if (header == 0 && count(UNREAD) == 0) {
      return;
    }
    session.execute(
        """
        CREATE OR REPLACE TEMP TABLE %1$s AS
        SELECT p.%2$s + %3$d + coalesce(b.bad, 0) AS %2$s, p.* EXCLUDE (%2$s)
        FROM %1$s p ASOF LEFT JOIN (
          SELECT before, max(bad) AS bad
          FROM (SELECT line - %3$d - row_number() OVER (ORDER BY line) + 1 AS before,
                  row_number() OVER (ORDER BY line) AS bad
                FROM %4$s)
          GROUP BY before) b
        ON p.%2$s >= b.before
        """
            .formatted(PARSED, LINE, header, UNREAD));
  }

  private boolean sniffedHeader() {
    return session
        .query(
            "SELECT HasHeader FROM sniff_csv(%s)".formatted(SqlText.literal(file.path())),
            row -> row.getBoolean(1))
        .getFirst();
  }

  /** Lines are told good or bad first; the good ones alone are read, so that nth meets nth. */
  private void json() {
    session.execute(
        """
        CREATE TEMP TABLE ingest_lines AS
        SELECT line, text,
          CASE WHEN json_valid(text) THEN json_type(text) = 'OBJECT' ELSE false END AS good
        FROM (SELECT row_number() OVER () AS line, text
              FROM read_csv(%s, columns = {'text': 'VARCHAR'}, delim = '\\0', quote = '',
                escape = '', header = false, auto_detect = false, max_line_size = 16777216))
        WHERE trim(text) <> ''
        """
            .formatted(SqlText.literal(file.path())));
    session.execute(
        """
        INSERT INTO %s
        SELECT line, NULL, 'JSON line is not an object', text FROM ingest_lines WHERE NOT good
        """
            .formatted(UNREAD));
    Path good = count(UNREAD) == 0 ? file.path() : goodLines();
    session.execute(
        """
        CREATE TEMP TABLE %1$s AS
        SELECT l.line AS %2$s, o.* EXCLUDE (ingest_n)
        FROM (SELECT row_number() OVER () AS ingest_n, *
              FROM read_json(%3$s, format = 'newline_delimited', records = true,
                sample_size = -1, maximum_object_size = 16777216)) o
        JOIN (SELECT row_number() OVER (ORDER BY line) AS ingest_n, line
              FROM ingest_lines WHERE good) l USING (ingest_n)
        """
            .formatted(PARSED, LINE, SqlText.literal(good)));
  }

  private Path goodLines() {
    if (count("ingest_lines WHERE good") == 0) {
      throw LoadErrors.noColumns(file.label());
    }
    Path good = session.scratch().resolve("good.jsonl");
    session.execute(
        """
        COPY (SELECT text FROM ingest_lines WHERE good ORDER BY line)
        TO %s (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER e'\\x01')
        """
            .formatted(SqlText.literal(good)));
    return good;
  }

  private void parquet() {
    session.execute(
        """
        CREATE TEMP VIEW %s AS
        SELECT file_row_number + 1 AS %s, * EXCLUDE (file_row_number)
        FROM read_parquet(%s, file_row_number = true)
        """
            .formatted(PARSED, LINE, SqlText.literal(file.path())));
  }

  /** The view over good rows, with names that tables can have and the types that were asked for. */
  private void source() {
    List<String> names = columns(session, PARSED);
    List<String> stored = names.stream().filter(name -> !name.equals(LINE)).toList();
    if (stored.isEmpty()) {
      throw LoadErrors.noColumns(file.label());
    }
    Map<String, String> types = file.format() == FileFormat.CSV ? Map.of() : types(stored);
    Map<String, String> found = foundTypes();
    List<String> items = new ArrayList<>(List.of(LINE));
    List<String> checks = new ArrayList<>();
    Set<String> taken = new HashSet<>(Set.of(LINE));
    for (String name : stored) {
      String column = SqlText.identifier(name);
      String type = types.get(name);
      if (type != null && type.equals(found.get(name))) {
        type = null;
      }
      String value = type == null ? column : "TRY_CAST(%s AS %s)".formatted(column, type);
      items.add(value + " AS " + SqlText.identifier(tableName(name, taken)));
      if (type != null) {
        checks.add(
            "WHEN %s IS NOT NULL AND %s IS NULL THEN %s"
                .formatted(column, value, SqlText.literal(name)));
      }
    }
    String rows = "SELECT " + String.join(", ", items);
    if (checks.isEmpty()) {
      session.execute("CREATE TEMP VIEW %s AS %s FROM %s".formatted(SOURCE, rows, PARSED));
    } else {
      typedSource(rows, checks);
    }
  }

  private void typedSource(String rows, List<String> checks) {
    session.execute(
        "CREATE TEMP TABLE ingest_typed AS %s, CASE %s END AS %s, to_json(t)::VARCHAR AS ingest_row FROM %s AS t"
            .formatted(rows, String.join(" ", checks), BAD_COLUMN, PARSED));
    session.execute(
        """
        INSERT INTO %s
        SELECT %s, %s, 'value does not fit its type', ingest_row FROM ingest_typed
        WHERE %s IS NOT NULL
        """
            .formatted(UNREAD, LINE, BAD_COLUMN, BAD_COLUMN));
    session.execute(
        "CREATE TEMP VIEW %s AS SELECT * EXCLUDE (%s, ingest_row) FROM ingest_typed WHERE %s IS NULL"
            .formatted(SOURCE, BAD_COLUMN, BAD_COLUMN));
  }

  /** The types that columns must have, by name. */
  private Map<String, String> types(List<String> names) {
    Map<String, String> types = new LinkedHashMap<>();
    for (String name : names) {
      String type = expected.get(name.toLowerCase(Locale.ROOT));
      if (type != null) {
        types.put(name, duckType(type));
      }
    }
    reading.columns().forEach((name, type) -> types.put(known(name, names), duckType(type)));
    return types;
  }

  private Map<String, String> foundTypes() {
    return session
        .query(
            "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM %s)".formatted(PARSED),
            row -> Map.entry(row.getString(1), row.getString(2)))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static String known(String name, List<String> names) {
    return names.stream()
        .filter(column -> column.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> LoadErrors.unknownColumn("reading.columns", name, names));
  }

  /** Characters that a Delta column cannot have become underscores. */
  private static String tableName(String name, Set<String> taken) {
    String clean = name.strip().replaceAll("[ ,;{}()\\n\\t=]", "_");
    String base = clean.isEmpty() ? "column" : clean;
    String unique = base;
    for (int i = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); i++) {
      unique = base + "_" + i;
    }
    return unique;
  }

  private static String duckType(String type) {
    return DuckTypes.of(DataType.parse(type));
  }

  private long count(String relation) {
    return session.query("SELECT count(*) FROM " + relation, row -> row.getLong(1)).getFirst();
  }

  /** The columns of a relation of the session. */
  static List<String> columns(DuckSession session, String relation) {
    return session.query(
        "SELECT column_name FROM (DESCRIBE SELECT * FROM %s)".formatted(relation),
        row -> row.getString(1));
  }
}
