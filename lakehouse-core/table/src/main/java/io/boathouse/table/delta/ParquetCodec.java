package io.boathouse.table.delta;

import java.util.Locale;
import java.util.Map;

/** How the pages of data files are compressed, by the name that Spark gives it. */
public enum ParquetCodec {
  /** The usual one: as fast as the next at its lowest level, and much smaller. */
  ZSTD("zstd, COMPRESSION_LEVEL 1", "zstd"),
  SNAPPY("snappy", "snappy"),
  GZIP("gzip", "gz"),
  LZ4_RAW("lz4_raw", "lz4raw"),
  BROTLI("brotli", "br"),
  UNCOMPRESSED("uncompressed", "");

  static final String PROPERTY = "delta.parquet.compression.codec";

  private final String option;
  private final String suffix;

  ParquetCodec(String option, String suffix) {
    this.option = option;
    this.suffix = suffix;
  }

  /**
   * What a table's properties ask for.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the value
   */
  static ParquetCodec of(Map<String, String> properties) {
    String name = properties.getOrDefault(PROPERTY, "zstd");
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "zstd" -> ZSTD;
      case "snappy" -> SNAPPY;
      case "gzip" -> GZIP;
      case "lz4", "lz4_raw" -> LZ4_RAW;
      case "brotli" -> BROTLI;
      case "none", "uncompressed" -> UNCOMPRESSED;
      default ->
          throw DeltaErrors.propertyValue(
              PROPERTY, name, "zstd, snappy, gzip, lz4_raw, brotli or uncompressed");
    };
  }

  /** As COPY takes it after COMPRESSION. */
  public String option() {
    return option;
  }

  /** How the names of files end. */
  public String suffix() {
    return (suffix.isEmpty() ? "" : "." + suffix) + ".parquet";
  }
}
