package io.boathouse.ingest.file;

import java.util.Locale;
import java.util.Optional;

/** The kinds of files that can be loaded. */
public enum FileFormat {
  CSV,
  /** One JSON object a line. */
  JSON,
  PARQUET;

  /** The format that a word such as "csv" or "jsonl" means. */
  public static Optional<FileFormat> of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "csv", "tsv", "txt" -> Optional.of(CSV);
      case "json", "jsonl", "ndjson" -> Optional.of(JSON);
      case "parquet" -> Optional.of(PARQUET);
      default -> Optional.empty();
    };
  }

  /** The format that a file's name says. */
  static Optional<FileFormat> ofName(String fileName) {
    return of(fileName.substring(fileName.lastIndexOf('.') + 1));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
