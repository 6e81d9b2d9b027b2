package io.boathouse.table.delta;

import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.tablefeatures.TableFeature;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The features that a table's metadata needs. */
final class TableProtocol {
  /** What a table has before it needs anything. */
  static final Protocol PLAIN = new Protocol(1, 2);

  private TableProtocol() {}

  /** The protocol, with what the metadata needs besides. */
  static Protocol of(Metadata metadata, Protocol before) {
    return of(metadata, before, Set.of());
  }

  /**
   * The protocol, with what the metadata needs besides.
   *
   * @param asked features that are to be there, needed or not
   */
  static Protocol of(Metadata metadata, Protocol before, Set<TableFeature> asked) {
    List<TableFeature> more = new ArrayList<>(asked);
    boolean defaults =
        metadata.getSchema().fields().stream()
            .anyMatch(field -> field.getMetadata().contains("CURRENT_DEFAULT"));
    if (defaults) {
      more.add(TableFeatures.ALLOW_COLUMN_DEFAULTS_W_FEATURE);
    }
    return TableFeatures.autoUpgradeProtocolBasedOnMetadata(metadata, more, before)
        .map(upgrade -> upgrade._1)
        .orElse(before);
  }

  /**
   * The protocol without what Kernel refuses to write. A checkpoint holds what the log does, and
   * keeps all of it whether or not Kernel could have committed it.
   */
  static Protocol forCheckpoint(Protocol protocol, Metadata metadata) {
    Set<TableFeature> all = protocol.getImplicitlyAndExplicitlySupportedFeatures();
    List<TableFeature> known =
        all.stream().filter(feature -> feature.hasKernelWriteSupport(metadata)).toList();
    return known.size() == all.size()
        ? protocol
        : new Protocol(
                TableFeatures.TABLE_FEATURES_MIN_READER_VERSION,
                TableFeatures.TABLE_FEATURES_MIN_WRITER_VERSION)
            .withFeatures(known);
  }
}
