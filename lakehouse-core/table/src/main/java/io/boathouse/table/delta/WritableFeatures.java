package io.boathouse.table.delta;

import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.tablefeatures.TableFeature;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import java.util.Set;

/** Which of Delta's writer features our own commits keep. */
final class WritableFeatures {
  private static final Set<String> KEPT =
      Set.of(
          "allowColumnDefaults",
          "appendOnly",
          "catalogManaged",
          "changeDataFeed",
          "checkConstraints",
          "clustering",
          "columnMapping",
          "deletionVectors",
          "domainMetadata",
          "generatedColumns",
          "identityColumns",
          "inCommitTimestamp",
          "rowTracking",
          "timestampNtz",
          "typeWidening",
          "typeWidening-preview",
          "v2Checkpoint",
          "vacuumProtocolCheck");

  private WritableFeatures() {}

  /**
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED naming the feature
   */
  static void require(DeltaSnapshot snapshot) {
    Metadata metadata = snapshot.kernel().getMetadata();
    for (TableFeature feature :
        snapshot.kernel().getProtocol().getImplicitlyAndExplicitlySupportedFeatures()) {
      if (!KEPT.contains(feature.featureName()) && isUsed(feature.featureName(), metadata)) {
        throw DeltaErrors.notWritable(feature.featureName());
      }
    }
    for (String name : snapshot.kernel().getProtocol().getReaderAndWriterFeatures()) {
      if (!TableFeatures.TABLE_FEATURE_MAP.containsKey(name)) {
        throw DeltaErrors.notWritable(name);
      }
    }
  }

  /**
   * What Kernel appends to although it does not keep it: text that is compared by a collation.
   *
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED naming the feature
   */
  static void requireForKernel(DeltaSnapshot snapshot) {
    for (String name : snapshot.kernel().getProtocol().getReaderAndWriterFeatures()) {
      if (name.startsWith("collations")) {
        throw DeltaErrors.notWritable(name);
      }
    }
  }

  /** Some features may be supported by a table and play no part in it. */
  private static boolean isUsed(String feature, Metadata metadata) {
    return switch (feature) {
      case "invariants" -> TableFeatures.hasInvariants(metadata.getSchema());
      default -> true;
    };
  }
}
