package io.boathouse.ingest.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.ingest.file.SelectGovernor.Input;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.Table;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the rows of a load and then its rejects, each exactly once per file: the file's digest
 * names the transaction, and the counts ride in the commit, so that a repeated load tells the same.
 */
final class TableWriting {
  private static final TableSchema REJECTS =
      TableSchema.of(
          Column.of("file", DataType.parse("string")),
          Column.of("digest", DataType.parse("string")),
          Column.of("line", DataType.parse("bigint")),
          Column.of("column_name", DataType.parse("string")),
          Column.of("reason", DataType.parse("string")),
          Column.of("row", DataType.parse("string")));

  private final FileLoader.Rooms rooms;
  private final TableService tables;
  private final Caller caller;
  private final DuckSession session;
  private final StagedFile file;
  private final LoadLineage lineage;

  TableWriting(FileLoader.Rooms rooms, Caller caller, DuckSession session, StagedFile file) {
    this.rooms = rooms;
    this.tables = rooms.tables();
    this.lineage = new LoadLineage(rooms.lineage(), caller, file);
    this.caller = caller;
    this.session = session;
    this.file = file;
  }

  /** What is told of a load. */
  record Counts(long read, long written, long duplicates, Map<String, Long> rejected) {
    Counts {
      rejected = new LinkedHashMap<>(rejected);
    }

    long rejects() {
      return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  LoadResult write(
      FullName table, boolean exists, RowJudgement judgement, Counts counts, List<Input> inputs) {
    WriteOptions options = options(counts, inputs);
    boolean created = !exists;
    Commit commit;
    Rows rows = new Rows.Query(session, judgement.rows());
    if (exists) {
      commit = tables.append(caller, table, rows, options);
    } else {
      try {
        commit =
            tables.createAs(caller, NewTable.of(table, new TableSchema(List.of())), rows, options);
      } catch (LakeException e) {
        if (e.code() != ErrorCode.ALREADY_EXISTS) {
          throw e;
        }
        created = false; // another load of the same table was first
        commit = tables.append(caller, table, rows, options);
      }
    }
    Counts told = commit.alreadyApplied() ? earlier(commit).orElse(counts) : counts;
    FullName rejectsTable = table.parent().child(table.name() + "_rejects");
    if (told.rejects() > 0) {
      lineage.loaded(rejectsTable, writeRejects(table, rejectsTable, judgement), told, List.of());
    }
    lineage.loaded(table, commit.version(), told, inputs);
    return new LoadResult(
        table,
        commit.version(),
        created,
        commit.alreadyApplied(),
        told.read(),
        told.written(),
        told.duplicates(),
        told.rejected(),
        told.rejects() > 0 ? Optional.of(rejectsTable) : Optional.empty(),
        file.digest());
  }

  /** Without the rows themselves where policies guard the table: they would not guard the copy. */
  private long writeRejects(FullName table, FullName name, RowJudgement judgement) {
    boolean guarded =
        rooms.policies().guards(caller, rooms.relations().get(caller, table).securable());
    try {
      Table unused = tables.create(caller, NewTable.of(name, REJECTS));
    } catch (LakeException e) {
      if (e.code() != ErrorCode.ALREADY_EXISTS) {
        throw e;
      }
    }
    String select =
        "SELECT %s AS file, %s AS digest, line, column_name, reason, %s AS row FROM (%s)"
            .formatted(
                SqlText.literal(file.label()),
                SqlText.literal(file.digest()),
                guarded ? "NULL::VARCHAR" : "row",
                judgement.rejects());
    return tables
        .append(
            caller,
            name,
            new Rows.Query(session, select),
            WriteOptions.of("LOAD REJECTS").once(transaction()))
        .version();
  }

  private TransactionId transaction() {
    return new TransactionId("ingest:" + file.digest(), 1);
  }

  private WriteOptions options(Counts counts, List<Input> inputs) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("file", file.label());
    metadata.put("digest", file.digest());
    metadata.put("format", file.format().word());
    metadata.put("read", Long.toString(counts.read()));
    metadata.put("written", Long.toString(counts.written()));
    metadata.put("duplicates", Long.toString(counts.duplicates()));
    metadata.put("rejected", Json.writeText(counts.rejected()));
    if (!inputs.isEmpty()) {
      metadata.put("sources", String.join(",", inputs.stream().map(Input::text).toList()));
    }
    return new WriteOptions("LOAD", Optional.of(transaction()), metadata);
  }

  /** What the first load of this file counted. */
  private static Optional<Counts> earlier(Commit commit) {
    Map<String, String> told = commit.parameters();
    if (!told.containsKey("rejected")) {
      return Optional.empty();
    }
    Map<String, Long> rejected = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : Json.parse(told.get("rejected")).properties()) {
      rejected.put(entry.getKey(), entry.getValue().asLong());
    }
    return Optional.of(
        new Counts(
            Long.parseLong(told.getOrDefault("read", "0")),
            Long.parseLong(told.getOrDefault("written", "0")),
            Long.parseLong(told.getOrDefault("duplicates", "0")),
            rejected));
  }
}
