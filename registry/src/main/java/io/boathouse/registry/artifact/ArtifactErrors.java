package io.boathouse.registry.artifact;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of the files of versions. */
public final class ArtifactErrors {
  private ArtifactErrors() {}

  static LakeException tooMuch(int files, long bytes) {
    return new LakeException(
        INVALID_ARGUMENT,
        "ARTIFACTS_TOO_LARGE",
        "A version may hold %d files and %d bytes, and the source has more. Register less."
            .formatted(files, bytes),
        Map.of("field", "source"));
  }

  /** The source is of no form that versions can be made from. */
  public static LakeException unknownSource(String source) {
    String shown = source.length() > 200 ? source.substring(0, 200) + "…" : source;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_SOURCE",
        ("Invalid model version source: '%s'. Use runs:/<run>/<path>, mlflow-artifacts:/<path>,"
                + " models:/<name>/<version> or models:/<model-id>, so that the server can keep a"
                + " copy of the files.")
            .formatted(shown),
        Map.of("field", "source", "value", shown));
  }

  /** The source tries to leave its folder, or is no URI. */
  public static LakeException unsafeSource(String source, String problem) {
    String shown = source.length() > 200 ? source.substring(0, 200) + "…" : source;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_SOURCE",
        "Invalid model version source: '%s' %s. Name a folder of artifacts plainly."
            .formatted(shown.replaceAll("\\p{Cntrl}", "?"), problem),
        Map.of("field", "source"));
  }
}
