package io.boathouse.table.write;

import io.boathouse.catalog.location.ExternalFolders;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.delta.DeltaSnapshot;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Makes external tables: of the Delta table that lies at the location, or a new one in a folder
 * with nothing in it. The name comes last: what a failure before leaves at the location is a table
 * that the same statement registers when it is sent again.
 */
final class ExternalCreation {
  private final RelationService relations;
  private final ExternalFolders places;
  private final DeltaLogs logs;

  ExternalCreation(RelationService relations, ExternalFolders places, DeltaLogs logs) {
    this.relations = relations;
    this.places = places;
    this.logs = logs;
  }

  /**
   * @param first makes the log if there is none
   * @return the table with the columns that it has
   */
  NewTable create(Caller caller, UUID id, NewTable table, Function<DeltaLog, Commit> first) {
    String location = table.location().orElseThrow();
    FileStore folder = places.forNew(caller, location);
    DeltaLog log = logs.external(id, folder);
    Optional<DeltaSnapshot> found = newest(log);
    if (found.isEmpty()) {
      requireEmpty(folder, location);
      if (table.schema().columns().isEmpty()) {
        throw TableErrors.noTableAt(location);
      }
      Commit unused = first.apply(log);
    } else {
      requireSame(table, found.get());
    }
    NewTable complete = found.map(there -> of(table, there)).orElse(table);
    register(caller, id, complete);
    return complete;
  }

  /** Makes and fills a table in a folder with nothing in it. */
  Commit createAs(Caller caller, UUID id, NewTable table, Function<DeltaLog, Commit> fill) {
    String location = table.location().orElseThrow();
    FileStore folder = places.forNew(caller, location);
    requireEmpty(folder, location);
    Commit commit = fill.apply(logs.external(id, folder));
    register(caller, id, table);
    return commit;
  }

  private void register(Caller caller, UUID id, NewTable table) {
    Relation unused =
        relations.create(
            caller,
            new NewRelation(
                id,
                table.name(),
                Relation.Kind.EXTERNAL,
                "DELTA",
                RelationColumns.of(table.schema(), table.partitionColumns()),
                table.location(),
                Optional.empty(),
                table.comment(),
                table.properties()));
  }

  private static void requireEmpty(FileStore folder, String location) {
    if (!folder.list(StoragePath.ROOT, Optional.empty(), 1).isEmpty()) {
      throw TableErrors.locationNotEmpty(location);
    }
  }

  private static Optional<DeltaSnapshot> newest(DeltaLog log) {
    try {
      return Optional.of(log.latest());
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What is said of a table that is there must be true of it. */
  private static void requireSame(NewTable said, DeltaSnapshot there) {
    String location = said.location().orElseThrow();
    if (!said.schema().columns().isEmpty() && !said.schema().equals(there.schema())) {
      throw TableErrors.otherTableAt(location, "columns", there.schema().toString());
    }
    if (!said.partitionColumns().isEmpty()
        && !said.partitionColumns().equals(there.partitionColumns())) {
      throw TableErrors.otherTableAt(
          location, "PARTITIONED BY", String.join(", ", there.partitionColumns()));
    }
    said.properties()
        .forEach(
            (name, value) -> {
              if (!value.equals(there.properties().get(name))) {
                throw TableErrors.otherTableAt(
                    location, name, there.properties().getOrDefault(name, "not set"));
              }
            });
  }

  private static NewTable of(NewTable said, DeltaSnapshot there) {
    return new NewTable(
        said.name(),
        there.schema(),
        there.partitionColumns(),
        said.properties(),
        said.comment(),
        said.location());
  }
}
