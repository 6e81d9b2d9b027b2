package io.boathouse.catalog.commit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** What every catalog-managed table has, whoever makes it. */
public final class ManagedContract {
  /** The property that says which table of the catalog the log is of. */
  public static final String TABLE_ID = "io.unitycatalog.tableId";

  /** Who makes a table with this property, as supported, makes a catalog-managed one. */
  public static final String FEATURE = "delta.feature." + DeltaProtocol.CATALOG_MANAGED;

  static final List<String> READER_FEATURES =
      List.of(
          DeltaProtocol.CATALOG_MANAGED, "deletionVectors", "v2Checkpoint", "vacuumProtocolCheck");
  static final List<String> WRITER_FEATURES =
      Stream.concat(READER_FEATURES.stream(), Stream.of("inCommitTimestamp")).sorted().toList();
  static final DeltaProtocol PROTOCOL = new DeltaProtocol(3, 7, READER_FEATURES, WRITER_FEATURES);
  static final Map<String, String> PROPERTIES =
      Map.of(
          "delta.checkpointPolicy", "v2",
          "delta.enableDeletionVectors", "true",
          "delta.enableInCommitTimestamps", "true",
          "delta.checkpoint.writeStatsAsStruct", "true",
          "delta.checkpoint.writeStatsAsJson", "true");

  private ManagedContract() {}

  /** The properties that the table of this id must be made with. */
  public static Map<String, String> properties(UUID id) {
    Map<String, String> required = new TreeMap<>(PROPERTIES);
    required.put(TABLE_ID, id.toString());
    return required;
  }

  /** What the table of this id is made with, its features among it. */
  public static Map<String, String> creation(UUID id) {
    Map<String, String> all = properties(id);
    WRITER_FEATURES.forEach(feature -> all.put("delta.feature." + feature, "supported"));
    return all;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the feature or
   *     property
   */
  static void require(DeltaDescription description, UUID id) {
    DeltaProtocol protocol = description.protocol();
    if (protocol.minReaderVersion() < 3 || protocol.minWriterVersion() < 7) {
      throw CommitErrors.invalid(
          "protocol",
          protocol.minReaderVersion() + ", " + protocol.minWriterVersion(),
          "at least reader version 3 and writer version 7");
    }
    requireFeatures("protocol.reader-features", READER_FEATURES, protocol.readerFeatures());
    requireFeatures("protocol.writer-features", WRITER_FEATURES, protocol.writerFeatures());
    properties(id)
        .forEach(
            (name, value) -> {
              String found = description.properties().getOrDefault(name, "");
              if (!found.equals(value)) {
                throw CommitErrors.invalid("properties." + name, found, value);
              }
            });
    description
        .domains()
        .keySet()
        .forEach(
            domain -> {
              String feature = domain.startsWith("delta.") ? domain.substring(6) : "domainMetadata";
              if (!protocol.writerFeatures().contains(feature)) {
                throw CommitErrors.invalid("domain-metadata", domain, "the feature " + feature);
              }
            });
  }

  private static void requireFeatures(String field, List<String> required, List<String> found) {
    for (String feature : required) {
      if (!found.contains(feature)) {
        throw CommitErrors.invalid(field, String.join(",", found), feature + " among them");
      }
    }
  }
}
