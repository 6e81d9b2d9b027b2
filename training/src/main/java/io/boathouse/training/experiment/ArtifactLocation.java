package io.boathouse.training.experiment;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** Which places outside this server an experiment may name for its artifacts. */
final class ArtifactLocation {
  private static final Set<String> STORES =
      Set.of("s3", "gs", "abfs", "abfss", "wasb", "wasbs", "hdfs", "r2", "b2");

  private ArtifactLocation() {}

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT unless it is the URI of an
   *     object store, which clients reach with credentials of their own
   */
  static void check(String location) {
    URI uri;
    try {
      uri = new URI(location);
    } catch (URISyntaxException e) {
      throw TrainingErrors.invalidArtifactLocation(location, "is no URI");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!STORES.contains(scheme)) {
      throw TrainingErrors.invalidArtifactLocation(
          location, "is not in an object store " + STORES.stream().sorted().toList());
    }
    String path = uri.getPath() == null ? "" : uri.getPath();
    if (uri.getQuery() != null || uri.getFragment() != null) {
      throw TrainingErrors.invalidArtifactLocation(location, "has a query or a fragment");
    }
    if (location.toLowerCase(Locale.ROOT).contains("%2e") || path.contains("..")) {
      throw TrainingErrors.invalidArtifactLocation(location, "climbs");
    }
  }
}
