package io.boathouse.catalog.commit;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** What a reader and a writer of a Delta table must be able to; features are sorted. */
public record DeltaProtocol(
    int minReaderVersion,
    int minWriterVersion,
    List<String> readerFeatures,
    List<String> writerFeatures) {
  /** The feature of tables whose versions a catalog ratifies. */
  public static final String CATALOG_MANAGED = "catalogManaged";

  public DeltaProtocol {
    readerFeatures = sorted(readerFeatures);
    writerFeatures = sorted(writerFeatures);
    if (minReaderVersion < 1 || minWriterVersion < 1) {
      throw CommitErrors.invalid(
          "protocol", minReaderVersion + ", " + minWriterVersion, "versions from 1");
    }
    for (String feature : readerFeatures) {
      if (!writerFeatures.contains(feature)) {
        throw CommitErrors.invalid(
            "protocol.reader-features", feature, "a feature that writers have as well");
      }
    }
  }

  public boolean isCatalogManaged() {
    return writerFeatures.contains(CATALOG_MANAGED);
  }

  private static List<String> sorted(Collection<String> features) {
    return List.copyOf(new TreeSet<>(features));
  }
}
