package io.boathouse.table.write;

import io.boathouse.catalog.commit.DeltaTable;
import io.boathouse.catalog.commit.ManagedContract;
import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaLogs;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Gives a table whose first version is written its name. A table that asks for the feature {@code
 * catalogManaged} gets what such tables need, and its versions are the catalog's from then on.
 */
final class ManagedCreation {
  private final RelationService relations;
  private final RatifiedCommits commits;
  private final DeltaLogs logs;

  ManagedCreation(RelationService relations, RatifiedCommits commits, DeltaLogs logs) {
    this.relations = relations;
    this.commits = commits;
    this.logs = logs;
  }

  static boolean isCatalogManaged(NewTable table) {
    return "supported".equals(table.properties().get(ManagedContract.FEATURE));
  }

  /**
   * The table with all that is required of it.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming a property that
   *     contradicts
   */
  static NewTable complete(UUID id, NewTable table) {
    if (!isCatalogManaged(table)) {
      return table;
    }
    if (table.location().isPresent()) {
      throw TableErrors.externalCatalogManaged(table.name());
    }
    Map<String, String> properties = new HashMap<>(ManagedContract.creation(id));
    table
        .properties()
        .forEach(
            (name, value) -> {
              String required = properties.putIfAbsent(name, value);
              if (required != null && !required.equals(value)) {
                throw TableErrors.requiredProperty(name, value, required);
              }
            });
    return new NewTable(
        table.name(), table.schema(), table.partitionColumns(), properties, table.comment());
  }

  void register(Caller caller, UUID id, NewTable table) {
    NewRelation relation =
        NewRelation.managed(
            id,
            table.name(),
            RelationColumns.of(table.schema(), table.partitionColumns()),
            table.comment(),
            table.properties());
    if (!isCatalogManaged(table)) {
      Relation unused = relations.create(caller, relation);
      return;
    }
    DeltaLog log = logs.of(id);
    log.makeFolderForStaging();
    DeltaLog.FirstVersion first = log.firstVersion();
    DeltaTable managed = DeltaTable.created(id, true, first.description(), first.at());
    commits.register(
        () -> {
          Relation unused = relations.create(caller, relation);
        },
        managed);
    logs.forget(id);
  }
}
