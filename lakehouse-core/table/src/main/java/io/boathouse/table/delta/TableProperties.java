package io.boathouse.table.delta;

import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.internal.TableConfig;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which properties of a table may be changed after it was created. */
final class TableProperties {
  static final String AUTO_COMPACT = "delta.autoOptimize.autoCompact";
  private static final String DELTA = "delta.";
  private static final String MAPPING = "delta.columnMapping.mode";
  private static final String TRACKING = TableConfig.ROW_TRACKING_ENABLED.getKey();
  private static final Set<String> SETTABLE =
      Set.of(
          "delta.appendOnly",
          AUTO_COMPACT,
          "delta.checkpoint.writeStatsAsJson",
          "delta.checkpoint.writeStatsAsStruct",
          "delta.checkpointInterval",
          "delta.checkpointPolicy",
          MAPPING,
          "delta.dataSkippingNumIndexedCols",
          "delta.dataSkippingStatsColumns",
          "delta.deletedFileRetentionDuration",
          "delta.enableChangeDataFeed",
          "delta.enableDeletionVectors",
          "delta.enableExpiredLogCleanup",
          TRACKING,
          "delta.enableTypeWidening",
          Conflicts.LEVEL,
          "delta.logRetentionDuration",
          ParquetCodec.PROPERTY,
          "delta.setTransactionRetentionDuration");
  private static final Set<String> AUTO_COMPACT_VALUES = Set.of("true", "auto", "false");
  private static final Set<String> LEVELS = Set.of("serializable", "writeserializable");

  private TableProperties() {}

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the property
   */
  static void requireSettable(String name) {
    if (name.startsWith(DELTA) && !SETTABLE.contains(name)) {
      throw DeltaErrors.propertyNotSettable(name);
    }
  }

  static void requireUnsettable(String name) {
    requireSettable(name);
    if (name.equals(MAPPING) || name.equals(TRACKING)) {
      throw DeltaErrors.propertyNotSettable(name);
    }
  }

  static void require(String name, String value) {
    requireSettable(name);
    if (name.equals(Conflicts.LEVEL)) {
      if (!LEVELS.contains(value.toLowerCase(Locale.ROOT))) {
        throw DeltaErrors.propertyValue(name, value, "Serializable or WriteSerializable");
      }
    } else if (name.equals(AUTO_COMPACT)) {
      if (!AUTO_COMPACT_VALUES.contains(value.toLowerCase(Locale.ROOT))) {
        throw DeltaErrors.propertyValue(name, value, "true, auto or false");
      }
    } else if (name.equals(TRACKING)) {
      if (!value.equalsIgnoreCase("true")) {
        throw DeltaErrors.propertyValue(name, value, "true");
      }
    } else if (name.equals(ParquetCodec.PROPERTY)) {
      var unused = ParquetCodec.of(Map.of(name, value));
    } else if (name.startsWith(DELTA)) {
      try {
        var unused = TableConfig.validateAndNormalizeDeltaProperties(Map.of(name, value));
      } catch (KernelException e) {
        throw DeltaErrors.propertyValue(name, value, "what Delta allows there");
      }
    }
  }
}
