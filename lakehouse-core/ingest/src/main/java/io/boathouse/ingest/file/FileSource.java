package io.boathouse.ingest.file;

/** Where the bytes of a file are. */
public sealed interface FileSource {
  /** In a volume. @param path {@code /Volumes/catalog/schema/volume/path} */
  record InVolume(String path) implements FileSource {}

  /**
   * Uploaded before, by the same principal.
   *
   * @param name what the file is called, in messages and in the history of the table
   */
  record Uploaded(String id, String name) implements FileSource {}

  /** The name of the file for people. */
  default String label() {
    return switch (this) {
      case InVolume volume -> volume.path();
      case Uploaded upload -> upload.name();
    };
  }
}
