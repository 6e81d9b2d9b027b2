package io.boathouse.catalog.volume;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of volumes and the files in them. */
final class VolumeErrors {
  private VolumeErrors() {}

  static LakeException notAVolumePath(String path) {
    String shown = path.replaceAll("\\p{Cntrl}", "?");
    shown = shown.length() > 120 ? shown.substring(0, 120) + "…" : shown;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PATH",
        "Path '%s' is in no volume. Use /Volumes/<catalog>/<schema>/<volume>/<path>."
            .formatted(shown),
        Map.of("field", "path", "value", shown));
  }

  static LakeException locationMissing() {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_PARAMETER",
        "An EXTERNAL volume needs a storage_location. Give one, or create a MANAGED volume.",
        Map.of("field", "storage_location"));
  }

  static LakeException fileNotFound(VolumePath path) {
    return new LakeException(
        NOT_FOUND,
        "FILE_NOT_FOUND",
        "'%s' does not exist. List its folder to see what does.".formatted(path),
        Map.of("path", path.toString()));
  }

  static LakeException fileExists(VolumePath path) {
    return new LakeException(
        ALREADY_EXISTS,
        "FILE_ALREADY_EXISTS",
        "'%s' exists. Send overwrite=true to replace it.".formatted(path),
        Map.of("path", path.toString()));
  }

  static LakeException isFolder(VolumePath path) {
    return new LakeException(
        INVALID_ARGUMENT,
        "IS_A_DIRECTORY",
        "'%s' is a folder, where a file was expected.".formatted(path),
        Map.of("path", path.toString()));
  }

  static LakeException notEmpty(VolumePath path) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DIRECTORY_NOT_EMPTY",
        "Folder '%s' is not empty. Delete what is in it first.".formatted(path),
        Map.of("path", path.toString()));
  }

  static LakeException externalNotServed(VolumePath path) {
    return new LakeException(
        FAILED_PRECONDITION,
        "EXTERNAL_LOCATION_NOT_CONFIGURED",
        "'%s' is in an external volume, whose files this server does not serve. Use a managed volume, or read them where they are."
            .formatted(path),
        Map.of("path", path.toString()));
  }
}
