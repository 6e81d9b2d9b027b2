package io.boathouse.server.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.SqlClient.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a result as Parquet with the types of its columns: the rows are laid down as lines of JSON
 * and the engine turns them into the file. Types that tables do not have stay texts.
 */
final class ParquetWriting implements ResultFile.Writing {
  private final Path target;
  private final DuckSession session;
  private final Path lines;
  private final BufferedWriter out;
  private List<Column> columns = List.of();
  private long count;

  ParquetWriting(Path target) throws IOException {
    this.target = target.toAbsolutePath();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    this.session =
        new DuckDb(new DuckDbConfig("512MB", 1, temporary)).open(DuckAccess.scratchOnly());
    this.lines = session.scratch().resolve("rows.json");
    this.out = Files.newBufferedWriter(lines, StandardCharsets.UTF_8);
  }

  @Override
  public void columns(List<Column> found) {
    columns = List.copyOf(found);
  }

  @Override
  public void row(JsonNode row) {
    ObjectNode line = Json.mapper().createObjectNode();
    for (int i = 0; i < columns.size(); i++) {
      line.set(key(i), row.path(i));
    }
    try {
      out.write(Json.writeText(line));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    count++;
  }

  @Override
  public long end() throws IOException {
    out.close();
    Path whole = session.scratch().resolve("rows.parquet");
    session.execute(
        "COPY (SELECT %s FROM read_json(%s, format = 'newline_delimited', columns = {%s})) TO %s (FORMAT parquet)"
            .formatted(
                every(i -> cast(i) + " AS " + SqlText.identifier(columns.get(i).name())),
                SqlText.literal(lines.toString()),
                every(i -> key(i) + ": 'VARCHAR'"),
                SqlText.literal(whole.toString())));
    Path beside = target.resolveSibling(target.getFileName() + ".part");
    Files.copy(whole, beside, StandardCopyOption.REPLACE_EXISTING);
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return count;
  }

  private String every(java.util.function.IntFunction<String> one) {
    return IntStream.range(0, columns.size()).mapToObj(one).collect(Collectors.joining(", "));
  }

  private static String key(int column) {
    return "c" + column;
  }

  private String cast(int column) {
    String text = columns.get(column).type();
    DataType type;
    try {
      type = DataType.parse(text);
    } catch (LakeException noTableType) {
      return key(column);
    }
    return switch (type) {
      case DataType.BinaryType binary -> "from_base64(" + key(column) + ")";
      case DataType.ArrayType nested -> nested(column, nested);
      case DataType.MapType nested -> nested(column, nested);
      case DataType.StructType nested -> nested(column, nested);
      default -> "CAST(%s AS %s)".formatted(key(column), DuckTypes.of(type));
    };
  }

  /** Bytes inside others come as texts, and stay texts. */
  private String nested(int column, DataType type) {
    return columns.get(column).type().toUpperCase(Locale.ROOT).contains("BINARY")
        ? key(column)
        : "CAST(CAST(%s AS JSON) AS %s)".formatted(key(column), DuckTypes.of(type));
  }

  @Override
  public void close() {
    session.close();
  }
}
