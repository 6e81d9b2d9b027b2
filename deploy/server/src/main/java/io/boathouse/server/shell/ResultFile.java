package io.boathouse.server.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.client.SqlClient;
import io.boathouse.server.client.SqlClient.Column;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * A file that results go to; the end of its name says the form: .parquet holds one result, .csv and
 * .json one after the other, and any other is written as tables.
 */
final class ResultFile {
  private final Path file;
  private boolean used;

  ResultFile(Path file) {
    this.file = file;
  }

  /**
   * A place for one more result.
   *
   * @throws IOException if the file cannot hold another one
   */
  Writing open() throws IOException {
    boolean more = used;
    used = true;
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".parquet")) {
      if (more) {
        throw new IOException(
            "%s holds a result already, and a Parquet file has room for one.".formatted(file));
      }
      return new ParquetWriting(file);
    }
    RowPrinter.Form form =
        name.endsWith(".csv")
            ? RowPrinter.Form.CSV
            : name.endsWith(".json") ? RowPrinter.Form.JSON : RowPrinter.Form.TABLE;
    var options =
        more
            ? new StandardOpenOption[] {StandardOpenOption.APPEND}
            : new StandardOpenOption[] {
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE
            };
    return new TextWriting(
        form, new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8, options)));
  }

  @Override
  public String toString() {
    return file.toString();
  }

  /** One result on its way into a file. */
  interface Writing extends SqlClient.Sink, AutoCloseable {
    /** Makes the file whole, and returns how many rows came. */
    long end() throws IOException;

    @Override
    void close();
  }

  private static final class TextWriting implements Writing {
    private final PrintWriter out;
    private final RowPrinter printer;

    TextWriting(RowPrinter.Form form, PrintWriter out) {
      this.out = out;
      this.printer = new RowPrinter(form, out);
    }

    @Override
    public void columns(List<Column> columns) {
      printer.columns(columns);
    }

    @Override
    public void row(JsonNode row) {
      printer.row(row);
    }

    @Override
    public long end() throws IOException {
      printer.end();
      if (out.checkError()) {
        throw new IOException("The result could not be written whole. Is the disk full?");
      }
      return printer.count();
    }

    @Override
    public void close() {
      out.close();
    }
  }
}
