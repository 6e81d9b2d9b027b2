package io.boathouse.training.artifact;

import io.boathouse.platform.storage.StoragePath;
import io.boathouse.training.experiment.TrainingErrors;
import java.util.regex.Pattern;

/** Reads artifact paths from outside, which were percent-decoded once and must need no more. */
final class ArtifactPaths {
  private static final Pattern ENCODED_AGAIN = Pattern.compile("%[0-9a-fA-F]{2}");

  private ArtifactPaths() {}

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the path is absolute,
   *     climbs, has an empty segment, a backslash, a control character or an escape
   */
  static StoragePath parse(String text) {
    if (ENCODED_AGAIN.matcher(text).find()) {
      throw TrainingErrors.invalid(
          "path", text, "Invalid path '%s': it is percent-encoded more than once. Encode it once.");
    }
    String path =
        text.endsWith("/") && text.length() > 1 ? text.substring(0, text.length() - 1) : text;
    return StoragePath.of(path);
  }

  /** Like {@link #parse}; the empty text is the root. */
  static StoragePath parseOrRoot(String text) {
    return text.isEmpty() ? StoragePath.ROOT : parse(text);
  }
}
