package io.boathouse.platform.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The files of a browser application that were packed beside the classes, each plain and in the
 * encodings that the packer made of it. Thread-safe; a file is read when it is first asked for.
 */
final class SiteFiles {
  /** What is answered for a path that no file has: the application reads it itself. */
  static final String INDEX = "index.html";

  private final String folder;
  private final Map<String, Entry> entries;
  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();

  private SiteFiles(String folder, List<Entry> entries) {
    this.folder = folder;
    this.entries =
        entries.stream().collect(Collectors.toUnmodifiableMap(Entry::path, Function.identity()));
  }

  /**
   * One file, as the packer lists it.
   *
   * @param digest changes with the content
   * @param lasting whether the path changes with the content, too
   * @param encodings what it is there as besides, best first
   */
  record Entry(
      @JsonProperty("path") String path,
      @JsonProperty("type") String type,
      @JsonProperty("digest") String digest,
      @JsonProperty("lasting") boolean lasting,
      @JsonProperty("encodings") List<String> encodings) {
    Entry {
      encodings = List.copyOf(encodings);
    }
  }

  private record Listing(@JsonProperty("files") List<Entry> files) {}

  /**
   * The files in this folder of the class path; none where the server was built without them.
   *
   * @param folder such as {@code /console}
   */
  static SiteFiles of(String folder) {
    try (InputStream listing = SiteFiles.class.getResourceAsStream(folder + "/files.json")) {
      if (listing == null) {
        return new SiteFiles(folder, List.of());
      }
      return new SiteFiles(folder, Json.parse(listing.readAllBytes(), Listing.class).files());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<Entry> find(String path) {
    return Optional.ofNullable(entries.get(path));
  }

  /**
   * @param encoding one of the entry's; empty for the plain file
   */
  byte[] content(Entry entry, String encoding) {
    String ending =
        switch (encoding) {
          case "br" -> ".br";
          case "gzip" -> ".gz";
          default -> "";
        };
    return contents.computeIfAbsent(folder + "/" + entry.path() + ending, SiteFiles::read);
  }

  private static byte[] read(String resource) {
    try (InputStream file = SiteFiles.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException("listed and not packed: " + resource);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
