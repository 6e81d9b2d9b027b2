package io.boathouse.registry;

import java.time.Duration;

/**
 * Settings under {@code registry:}.
 *
 * @param defaultSchema where models with a bare name lie, as {@code catalog.schema}
 * @param maxArtifactFiles how many files one version may have
 * @param maxArtifactBytes how large all files of one version may be together
 * @param pendingTimeout after how long a version whose copying stopped counts as failed
 */
public record RegistryConfig(
    String defaultSchema, int maxArtifactFiles, long maxArtifactBytes, Duration pendingTimeout) {
  public static final RegistryConfig DEFAULTS =
      new RegistryConfig("main.default", 10_000, 10L << 30, Duration.ofHours(1));

  public RegistryConfig {
    if (maxArtifactFiles < 1 || maxArtifactBytes < 1) {
      throw new IllegalArgumentException(
          "max_artifact_files, max_artifact_bytes: %d, %d (expected: >= 1)"
              .formatted(maxArtifactFiles, maxArtifactBytes));
    }
  }
}
