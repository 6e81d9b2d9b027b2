package io.boathouse.registry.artifact;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.StoragePath;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A URI that names artifacts, taken apart without decoding: {@code runs:/…}, {@code
 * mlflow-artifacts:/…}, {@code models:/…}.
 *
 * @param scheme in lower case
 * @param path below the root of the scheme
 */
public record SourceUri(String scheme, String path) {
  private static final Pattern ENCODED = Pattern.compile("%[0-9a-fA-F]{2}");
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "(?:s3|gs|abfss?|wasbs?|hdfs|r2|b2|dbfs|https?):/\\S+", Pattern.CASE_INSENSITIVE);
  private static final String PROMPT = "prompt-template";

  /**
   * Whether a source only says where files are that this server does not keep: in an object store,
   * or nowhere, as for a prompt.
   *
   * @throws LakeException INVALID_ARGUMENT if it climbs
   */
  public static boolean isElsewhere(String source) {
    if (source.equals(PROMPT)) {
      return true;
    }
    if (!ELSEWHERE.matcher(source).matches()) {
      return false;
    }
    String lower = source.toLowerCase(Locale.ROOT);
    if (lower.contains("%2e") || lower.contains("%00") || lower.contains("%2f")) {
      throw ArtifactErrors.unsafeSource(source, "has an escaped dot, slash or NUL");
    }
    if (List.of(source.split("[/\\\\]", -1)).contains("..")) {
      throw ArtifactErrors.unsafeSource(source, "climbs");
    }
    return true;
  }

  /**
   * Splits a source.
   *
   * @throws LakeException INVALID_ARGUMENT if it is no such URI, names a host, is percent-encoded,
   *     climbs, or has a query or fragment
   */
  public static SourceUri parse(String source) {
    int colon = source.indexOf(':');
    if (colon < 2 || !source.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
      throw ArtifactErrors.unsafeSource(source, "has no scheme");
    }
    String rest = source.substring(colon + 1);
    if (rest.startsWith("//")) {
      if (!rest.startsWith("///")) {
        throw ArtifactErrors.unsafeSource(source, "names a host");
      }
      rest = rest.substring(2);
    }
    if (!rest.startsWith("/")) {
      throw ArtifactErrors.unsafeSource(source, "is not absolute");
    }
    if (ENCODED.matcher(rest).find() || rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
      throw ArtifactErrors.unsafeSource(source, "has an escape, a query or a fragment");
    }
    String path = rest.substring(1);
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return new SourceUri(source.substring(0, colon).toLowerCase(Locale.ROOT), path);
  }

  /** The path as a path of a store, which cannot climb. */
  public StoragePath storagePath() {
    try {
      return StoragePath.of(path);
    } catch (LakeException e) {
      throw ArtifactErrors.unsafeSource(scheme + ":/" + path, "climbs or is no plain path");
    }
  }
}
