package io.boathouse.serving.capture;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one commit, in memory and in a file that survives the server: a header and a line of
 * JSON for each row. A line that was not written whole was never said to be kept. Not thread-safe.
 */
final class Segment {
  private static final String SUFFIX = ".ndjson";

  private final Header header;
  private final Path file;
  private final List<Entry> entries = new ArrayList<>();
  private @Nullable FileChannel channel;
  private long length;

  /**
   * What all rows of a segment share.
   *
   * @param application with the number, the transaction that has them all
   */
  record Header(
      String application, long number, String table, double samplingFraction, int maxPayloadBytes) {
    FullName name() {
      return FullName.parse(table);
    }
  }

  /** A row: a prediction, or those that have none. */
  record Entry(Optional<CapturedPrediction> prediction, Optional<Skipped> skipped) {
    static Entry of(CapturedPrediction prediction) {
      return new Entry(Optional.of(prediction), Optional.empty());
    }

    static Entry of(Skipped skipped) {
      return new Entry(Optional.empty(), Optional.of(skipped));
    }

    long weight() {
      return prediction.map(CapturedPrediction::weight).orElse(0L);
    }
  }

  private Segment(Header header, Path file) {
    this.header = header;
    this.file = file;
  }

  static Segment create(Path folder, Header header) {
    return new Segment(header, folder.resolve("%012d%s".formatted(header.number(), SUFFIX)));
  }

  static boolean isSegment(Path file) {
    return file.toString().endsWith(SUFFIX);
  }

  /** Reads what a server that ended left; a last line that is not whole is left out. */
  static Segment read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    int end = text.lastIndexOf('\n');
    List<String> lines = end < 0 ? List.of() : text.substring(0, end).lines().toList();
    if (lines.isEmpty()) {
      return new Segment(new Header("", 0, "none", 1, 0), file);
    }
    var segment = new Segment(Json.bind(Json.parse(lines.getFirst()), Header.class), file);
    for (String line : lines.subList(1, lines.size())) {
      JsonNode entry = Json.parse(line);
      segment.entries.add(Json.bind(entry, Entry.class));
    }
    return segment;
  }

  Header header() {
    return header;
  }

  List<Entry> entries() {
    return entries;
  }

  /**
   * Adds rows.
   *
   * @param force whether they must be on the disk, rather than with the operating system
   * @throws IOException if they are not kept in the file; the segment is as before
   */
  void write(List<Entry> added, boolean force) throws IOException {
    FileChannel out = channel;
    var bytes = new ByteArrayOutputStream();
    if (out == null) {
      out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel = out;
    }
    if (length == 0) {
      line(bytes, header);
    }
    for (Entry entry : added) {
      line(bytes, entry);
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      while (buffer.hasRemaining()) {
        int unused = out.write(buffer, length + buffer.position());
      }
      if (force) {
        out.force(false);
      }
    } catch (IOException e) {
      FileChannel unused = out.truncate(length);
      throw e;
    }
    length += bytes.size();
    entries.addAll(added);
  }

  /** Adds rows that the file could not take. */
  void hold(List<Entry> added) {
    entries.addAll(added);
  }

  private static void line(ByteArrayOutputStream out, Object value) throws IOException {
    out.write(Json.write(value));
    out.write('\n');
  }

  /** Lets the file be; nothing is added any more. */
  void seal() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  /** Forgets rows that are in the table. */
  void delete() throws IOException {
    seal();
    boolean unused = Files.deleteIfExists(file);
  }
}
