package io.boathouse.table.delta;

import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.tablefeatures.TableFeature;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import java.util.ArrayList;
import java.util.List;

/** The features that a table's metadata needs. */
final class TableProtocol {
  /** What a table has before it needs anything. */
  static final Protocol PLAIN = new Protocol(1, 2);

  private static final String DEFAULT = "CURRENT_DEFAULT";

  private TableProtocol() {}

  /** The protocol, with what the metadata needs besides. */
  static Protocol of(Metadata metadata, Protocol before) {
    List<TableFeature> more = new ArrayList<>();
    boolean defaults =
        metadata.getSchema().fields().stream()
            .anyMatch(field -> field.getMetadata().contains(DEFAULT));
    if (defaults) {
      more.add(TableFeatures.ALLOW_COLUMN_DEFAULTS_W_FEATURE);
    }
    return TableFeatures.autoUpgradeProtocolBasedOnMetadata(metadata, more, before)
        .map(upgrade -> upgrade._1)
        .orElse(before);
  }
}
