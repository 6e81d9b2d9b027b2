package io.boathouse.ingest.file;

import io.boathouse.catalog.securable.FullName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file to be loaded into a table, which is created if it does not exist.
 *
 * @param source where the bytes are
 * @param format what they are; empty to go by the file's name
 * @param reading how they are to be read
 * @param shaping what becomes of the rows
 */
public record LoadRequest(
    FullName table,
    FileSource source,
    Optional<FileFormat> format,
    Reading reading,
    Shaping shaping) {

  /**
   * How a file is read. What is empty is found out.
   *
   * @param header whether the first line of a CSV file names the columns
   * @param columns types of columns by name, as SQL writes them; a value that does not fit is a
   *     reject
   * @param nullValue the text of a CSV file that stands for null
   */
  public record Reading(
      Optional<Boolean> header,
      Optional<String> delimiter,
      Optional<String> quote,
      Optional<String> nullValue,
      Optional<String> dateFormat,
      Optional<String> timestampFormat,
      Map<String, String> columns) {
    /** Everything is found out. */
    public static final Reading DEFAULTS =
        new Reading(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of());

    public Reading {
      columns = Map.copyOf(columns);
    }
  }

  /**
   * What becomes of the rows, in this order.
   *
   * @param transform a SELECT over {@code source} and governed tables that makes the rows
   * @param rejects rules that keep rows out; the first that is true counts
   * @param distinct columns of the rows by which of equal ones only the first is kept, none meaning
   *     every stored one; empty to keep them all
   * @param key a column to be generated
   * @param drop columns of the rows that rules may use and that are not stored
   */
  public record Shaping(
      Optional<String> transform,
      List<RejectRule> rejects,
      Optional<List<String>> distinct,
      Optional<GeneratedKey> key,
      List<String> drop) {
    /** Rows as they are. */
    public static final Shaping NONE =
        new Shaping(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), List.of());

    public Shaping {
      rejects = List.copyOf(rejects);
      distinct = distinct.map(List::copyOf);
      drop = List.copyOf(drop);
    }
  }

  /**
   * Keeps out the rows for which the condition is true.
   *
   * @param reason what the count and the kept row are called
   * @param condition an SQL expression over the columns of the rows
   */
  public record RejectRule(String reason, String condition) {}

  /**
   * A column that is computed from others: 63 bits of their MD5.
   *
   * @param of names of columns; they must be unique together
   */
  public record GeneratedKey(String column, List<String> of) {
    public GeneratedKey {
      of = List.copyOf(of);
    }
  }
}
