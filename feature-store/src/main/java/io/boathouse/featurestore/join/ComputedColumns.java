package io.boathouse.featurestore.join;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.FeatureSpec;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.spec.OutputColumn.Source;
import io.boathouse.featurestore.spec.SpecFunctions;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the functions of a spec beside joined rows: the code that answers requests runs over them,
 * slice by slice, and its values come back through a file of the session.
 */
final class ComputedColumns {
  private static final String JOINED = "joined_rows";
  private static final String COMPUTED = "computed_rows";
  private static final String HIDDEN = "__hidden_";
  private static final int SLICE_ROWS = 122_880;

  private final FeatureSpec spec;
  private final SpecFunctions functions;
  private final List<Integer> inputs = new ArrayList<>();
  private final List<Integer> columns = new ArrayList<>();

  ComputedColumns(FeatureSpec spec) {
    this.spec = spec;
    this.functions = SpecFunctions.of(spec);
    List<String> operands = functions.operands();
    for (int i = 0; i < spec.inputs().size(); i++) {
      if (operands.contains(spec.inputs().get(i).name())) {
        inputs.add(i);
      }
    }
    for (int i = 0; i < spec.columns().size(); i++) {
      OutputColumn column = spec.columns().get(i);
      if (column.source() instanceof Source.Looked && operands.contains(column.name())) {
        columns.add(i);
      }
    }
  }

  boolean isEmpty() {
    return functions.count() == 0;
  }

  /** The name that a column of the spec has among joined rows. */
  static String joined(FeatureSpec spec, int column) {
    boolean hidden = column >= spec.outputs().size();
    return hidden ? HIDDEN + column : spec.columns().get(column).name();
  }

  /** Computes beside the rows of a query. @return a query of both, in the order of the rows */
  String beside(DuckSession session, String select) {
    session.execute("CREATE TEMP TABLE %s AS %s".formatted(JOINED, select));
    Path file = session.scratch().resolve("computed.csv");
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      compute(session, out);
    } catch (IOException | SQLException e) {
      throw TrainingSetErrors.io("computed", e);
    }
    session.execute(
        "CREATE TEMP TABLE %s AS SELECT %s FROM read_csv(%s, header = false, auto_detect = false, delim = ',', quote = '', escape = '', nullstr = 'N', parallel = false, columns = {%s})"
            .formatted(COMPUTED, each(this::read), SqlText.literal(file), each(this::kept)));
    List<String> hidden = new ArrayList<>();
    for (int i = spec.outputs().size(); i < spec.columns().size(); i++) {
      if (spec.columns().get(i).source() instanceof Source.Looked) {
        hidden.add(identifier(joined(spec, i)));
      }
    }
    String left = hidden.isEmpty() ? "" : " EXCLUDE (" + String.join(", ", hidden) + ")";
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < functions.count(); i++) {
      if (functions.column(i) < spec.outputs().size()) {
        shown.add(", c.f%d AS %s".formatted(i, identifier(column(i).name())));
      }
    }
    return "SELECT j.*%s%s FROM %s AS j POSITIONAL JOIN %s AS c"
        .formatted(left, String.join("", shown), JOINED, COMPUTED);
  }

  private void compute(DuckSession session, BufferedWriter out) throws SQLException, IOException {
    List<String> selected = new ArrayList<>();
    inputs.forEach(i -> selected.add(identifier(spec.inputs().get(i).name())));
    columns.forEach(i -> selected.add(identifier(joined(spec, i))));
    String sql =
        "SELECT %s FROM %s WHERE rowid >= ? AND rowid < ? ORDER BY rowid"
            .formatted(selected.isEmpty() ? "1" : String.join(", ", selected), JOINED);
    long count = session.query("SELECT count(*) FROM " + JOINED, row -> row.getLong(1)).getFirst();
    Row row = new Row();
    try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
      for (long from = 0; from < count; from += SLICE_ROWS) {
        statement.setLong(1, from);
        statement.setLong(2, from + SLICE_ROWS);
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            row.take(result);
            write(out, functions.compute(row));
          }
        }
      }
    }
  }

  /** The operands of the row that is computed. */
  private final class Row implements SpecFunctions.Cells {
    private final @Nullable Object[] input = new @Nullable Object[spec.inputs().size()];
    private final @Nullable Object[] column = new @Nullable Object[spec.columns().size()];

    void take(ResultSet result) throws SQLException {
      int at = 1;
      for (int i : inputs) {
        input[i] = value(result, at++);
      }
      for (int i : columns) {
        column[i] = value(result, at++);
      }
    }

    @Override
    public @Nullable Object input(int index) {
      return input[index];
    }

    @Override
    public @Nullable Object column(int index) {
      return column[index];
    }
  }

  private static @Nullable Object value(ResultSet result, int index) throws SQLException {
    Object value = result.getObject(index);
    return value instanceof OffsetDateTime time ? time.toInstant() : value;
  }

  /** Numbers as they are, times as microseconds, text in hexadecimal digits of UTF-8 after x. */
  private static void write(BufferedWriter out, @Nullable Object[] values) throws IOException {
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        out.write(',');
      }
      out.write(
          switch (values[i]) {
            case null -> "N";
            case String text ->
                "x" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case Instant time -> Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time));
            case Object number -> number.toString();
          });
    }
    out.write('\n');
  }

  private OutputColumn column(int step) {
    return spec.columns().get(functions.column(step));
  }

  private String each(IntFunction<String> of) {
    return IntStream.range(0, functions.count()).mapToObj(of).collect(Collectors.joining(", "));
  }

  private String kept(int step) {
    String type =
        switch (column(step).type()) {
          case LONG, TIMESTAMP -> "BIGINT";
          case DOUBLE -> "DOUBLE";
          case BOOLEAN -> "BOOLEAN";
          case STRING -> "VARCHAR";
        };
    return "'f" + step + "': '" + type + "'";
  }

  private String read(int step) {
    String name = "f" + step;
    ValueType type = column(step).type();
    return switch (type) {
      case TIMESTAMP -> "make_timestamptz(" + name + ") AS " + name;
      case STRING -> "decode(from_hex(substr(" + name + ", 2))) AS " + name;
      case LONG, DOUBLE, BOOLEAN -> name;
    };
  }
}
