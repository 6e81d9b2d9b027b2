package io.boathouse.catalog.commit;

import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.storage.FileStore;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Gives staging tables their names for clients that do not tell what their first version says: it
 * is read from the log. Thread-safe; every method blocks.
 */
public final class StagedTableService {
  private final Database database;
  private final RelationService relations;
  private final StagingService staging;
  private final DeltaTableService managed;
  private final FileStore storage;

  /**
   * @param managed makes those whose versions the catalog ratifies
   * @param storage where the data of managed tables is
   */
  public StagedTableService(
      Database database,
      RelationService relations,
      StagingService staging,
      DeltaTableService managed,
      FileStore storage) {
    this.database = database;
    this.relations = relations;
    this.staging = staging;
    this.managed = managed;
    this.storage = storage;
  }

  /**
   * Needs CREATE_TABLE on the schema. A table without the feature {@code catalogManaged} has its
   * versions committed to its folder, as our own have by default.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the location is no staging table
   *     of the caller for this name; INVALID_ARGUMENT if there is no first version, or it is not of
   *     the columns that are told
   */
  public Relation create(Caller caller, NewRelation wanted) {
    String location = wanted.storageLocation().orElseThrow(() -> CommitErrors.noStagingTable(""));
    if (!wanted.format().equalsIgnoreCase("DELTA")) {
      throw CommitErrors.invalid("data_source_format", wanted.format(), "DELTA");
    }
    StagingTable table = staging.at(caller, wanted.name(), location);
    LoggedDescription first =
        new LogFolder(storage.scoped(RelationService.managedPath(table.id()))).firstVersion();
    DeltaDescription description = first.first();
    List<RelationColumn> columns =
        DeltaColumns.relation(description.columns(), description.partitionColumns());
    requireSame(wanted.columns(), columns);
    if (description.protocol().isCatalogManaged()) {
      DeltaTableService.Loaded made =
          managed.create(
              caller,
              new DeltaTableService.Creation(
                  wanted.name(),
                  Relation.Kind.MANAGED,
                  location,
                  wanted.comment(),
                  description,
                  first.at().orElseThrow(CommitErrors::noFirstVersion)));
      return made.relation();
    }
    return byPath(caller, wanted, table, description, columns);
  }

  private Relation byPath(
      Caller caller,
      NewRelation wanted,
      StagingTable table,
      DeltaDescription description,
      List<RelationColumn> columns) {
    Map<String, String> properties = new HashMap<>(wanted.properties());
    properties.putAll(description.properties());
    return database.inTransaction(
        () -> {
          Relation made =
              relations.create(
                  caller,
                  NewRelation.managed(
                      table.id(), wanted.name(), columns, wanted.comment(), properties));
          if (!made.securable().parentId().equals(Optional.of(table.schemaId()))) {
            throw CommitErrors.noStagingTable(table.id().toString());
          }
          staging.end(table);
          return made;
        });
  }

  /** What is told is looked at; who tells nothing of the columns gets those of the log. */
  private static void requireSame(List<RelationColumn> told, List<RelationColumn> found) {
    List<String> names = names(found);
    if (!told.isEmpty() && !names(told).equals(names)) {
      throw CommitErrors.invalid(
          "columns", String.join(", ", names(told)), String.join(", ", names) + ", as the log has");
    }
  }

  private static List<String> names(List<RelationColumn> columns) {
    return columns.stream().map(column -> column.name().toLowerCase(Locale.ROOT)).toList();
  }
}
