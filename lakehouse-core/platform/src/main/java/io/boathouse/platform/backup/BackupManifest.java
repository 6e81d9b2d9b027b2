package io.boathouse.platform.backup;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The last entry of a backup, which says what all others are; an archive without it is not whole.
 *
 * @param format of the data directory
 * @param server the version that wrote it
 * @param takenAt the moment whose state it is
 * @param migrations the newest migration of each module, in order
 * @param sequences of the metadata database, where they stood
 * @param entries everything else in the archive
 */
public record BackupManifest(
    @JsonProperty("format") int format,
    @JsonProperty("server") String server,
    @JsonProperty("taken_at") Instant takenAt,
    @JsonProperty("migrations") Map<String, String> migrations,
    @JsonProperty("sequences") Map<String, Long> sequences,
    @JsonProperty("entries") List<Entry> entries) {
  static final String NAME = "manifest.json";

  /**
   * A file of the archive.
   *
   * @param size in bytes
   * @param sha256 of its content, in hexadecimal
   */
  public record Entry(
      @JsonProperty("name") String name,
      @JsonProperty("size") long size,
      @JsonProperty("sha256") String sha256) {}

  /** The parts of a backup, each a folder of the archive. */
  enum Part {
    DATABASE("database/"),
    STORAGE("storage/"),
    ONLINE("online/");

    final String prefix;

    Part(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Entries of a part. */
  List<Entry> entries(Part part) {
    return entries.stream().filter(entry -> entry.name().startsWith(part.prefix)).toList();
  }

  /** Bytes of all entries. */
  public long bytes() {
    return entries.stream().mapToLong(Entry::size).sum();
  }
}
