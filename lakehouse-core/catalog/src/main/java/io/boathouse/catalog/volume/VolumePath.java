package io.boathouse.catalog.volume;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.storage.StoragePath;

/**
 * A file or folder in a volume, {@code /Volumes/<catalog>/<schema>/<volume>/<path>}.
 *
 * @param path inside the volume; the root is the volume itself
 */
public record VolumePath(FullName volume, StoragePath path) {
  private static final String PREFIX = "/Volumes/";

  /**
   * Reads an absolute volume path.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it names no volume, or
   *     the path inside could leave it
   */
  public static VolumePath parse(String text) {
    String rooted = text.startsWith("/") ? text : "/" + text;
    if (!rooted.startsWith(PREFIX)) {
      throw VolumeErrors.notAVolumePath(text);
    }
    String[] parts = rooted.substring(PREFIX.length()).split("/", 4);
    if (parts.length < 3) {
      throw VolumeErrors.notAVolumePath(text);
    }
    String inside = parts.length < 4 ? "" : parts[3];
    String trimmed = inside.endsWith("/") ? inside.substring(0, inside.length() - 1) : inside;
    return new VolumePath(FullName.of(parts[0], parts[1], parts[2]), StoragePath.of(trimmed));
  }

  /** The same volume, another path inside. */
  VolumePath at(StoragePath other) {
    return new VolumePath(volume, other);
  }

  @Override
  public String toString() {
    String root = PREFIX + String.join("/", volume.parts());
    return path.isRoot() ? root : root + "/" + path;
  }
}
