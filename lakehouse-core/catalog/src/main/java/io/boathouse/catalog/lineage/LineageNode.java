package io.boathouse.catalog.lineage;

import java.util.Optional;

/**
 * One version of something that data came from or went to.
 *
 * @param kind TABLE, FEATURE_TABLE, FEATURE_SPEC, TRAINING_SET, RUN, MODEL_VERSION, ENDPOINT, FILE,
 *     PREDICTION, STATEMENT
 * @param name the full name, id, or file name with digest; none of what the caller may not know of
 * @param version the version where the kind has one
 */
public record LineageNode(String kind, String name, Optional<Long> version) {
  private static final String DIGEST = "#sha256:";

  /** The file of this name with this content. */
  public static LineageNode file(String name, String sha256) {
    return new LineageNode("FILE", name + DIGEST + sha256, Optional.empty());
  }

  static LineageNode hidden(String kind) {
    return new LineageNode(kind, "", Optional.empty());
  }

  /** Whether the caller may not know what it is. */
  public boolean isHidden() {
    return name.isEmpty();
  }

  /** What people call it: a file's name is without its digest. */
  public String label() {
    int digest = kind.equals("FILE") ? name.lastIndexOf(DIGEST) : -1;
    return digest < 0 ? name : name.substring(0, digest);
  }

  /** The SHA-256 of a file. */
  public Optional<String> sha256() {
    int digest = kind.equals("FILE") ? name.lastIndexOf(DIGEST) : -1;
    return digest < 0 ? Optional.empty() : Optional.of(name.substring(digest + DIGEST.length()));
  }
}
