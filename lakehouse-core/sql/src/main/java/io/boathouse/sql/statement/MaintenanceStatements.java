package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.ResultType;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.grammar.MaintenanceStatement;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.maintain.MaintenanceService;
import io.boathouse.table.maintain.OptimizeOptions;
import io.boathouse.table.maintain.Optimized;
import io.boathouse.table.maintain.Vacuumed;
import io.boathouse.table.read.At;
import io.boathouse.table.read.ColumnValues;
import io.boathouse.table.read.Predicate;
import io.boathouse.table.read.TableDetail;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.type.DataType;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Statements that keep tables in shape, and the one that tells their shape. */
final class MaintenanceStatements {
  private static final List<ResultColumn> DETAIL =
      List.of(
          text("format"),
          text("id"),
          text("name"),
          text("description"),
          time("createdAt"),
          time("lastModified"),
          text("partitionColumns"),
          text("clusteringColumns"),
          whole("numFiles"),
          whole("sizeInBytes"),
          new ResultColumn("properties", ResultType.texts()),
          whole("minReaderVersion"),
          whole("minWriterVersion"),
          text("tableFeatures"));

  private final MaintenanceService maintenance;
  private final TableReader reader;
  private final RelationService relations;

  MaintenanceStatements(
      MaintenanceService maintenance, TableReader reader, RelationService relations) {
    this.maintenance = maintenance;
    this.reader = reader;
    this.relations = relations;
  }

  void run(Context context, MaintenanceStatement statement) {
    switch (statement) {
      case MaintenanceStatement.Optimize optimize -> optimize(context, optimize);
      case MaintenanceStatement.Vacuum vacuum -> vacuum(context, vacuum);
      case MaintenanceStatement.Restore restore -> restore(context, restore);
      case MaintenanceStatement.Detail detail -> detail(context, detail);
      case MaintenanceStatement.Clone clone -> throw new IllegalArgumentException(clone.kind());
      case MaintenanceStatement.DescribeHistory history ->
          throw new IllegalArgumentException(history.kind());
    }
  }

  private void optimize(Context context, MaintenanceStatement.Optimize statement) {
    FullName name = context.table(statement.name());
    Optional<Predicate> where =
        statement.where().map(condition -> typed(condition, relations.get(context.caller(), name)));
    Optimized done =
        maintenance.optimize(
            context.caller(), name, new OptimizeOptions(where, statement.zOrderBy()));
    RowSink sink = context.sink();
    sink.columns(wholes("numFilesAdded", "numFilesRemoved", "bytesAdded", "bytesRemoved"));
    boolean unused =
        sink.row(
            List.of(
                done.filesAdded(), done.filesRemoved(), done.bytesAdded(), done.bytesRemoved()));
  }

  private void vacuum(Context context, MaintenanceStatement.Vacuum statement) {
    FullName name = context.table(statement.name());
    Vacuumed done =
        statement.retainHours().isPresent()
            ? maintenance.vacuum(
                context.caller(),
                name,
                Duration.ofHours(statement.retainHours().getAsLong()),
                statement.dryRun())
            : maintenance.vacuum(context.caller(), name, statement.dryRun());
    RowSink sink = context.sink();
    if (!statement.dryRun()) {
      sink.columns(wholes("numFilesDeleted", "bytesDeleted"));
      boolean unused = sink.row(List.of(done.count(), done.bytes()));
      return;
    }
    sink.columns(List.of(text("path")));
    for (StoragePath file : done.files()) {
      if (!sink.row(List.of(file.value()))) {
        return;
      }
    }
  }

  private void restore(Context context, MaintenanceStatement.Restore statement) {
    At to =
        statement.version().isPresent()
            ? At.version(statement.version().getAsLong())
            : At.timestamp(instant(statement.timestamp().orElseThrow()));
    Commit commit = maintenance.restore(context.caller(), context.table(statement.name()), to);
    List<String> metrics =
        List.of(
            "tableSizeAfterRestore",
            "numOfFilesAfterRestore",
            "numRemovedFiles",
            "numRestoredFiles",
            "removedFilesSize",
            "restoredFilesSize");
    context.sink().columns(wholes(metrics.toArray(String[]::new)));
    boolean unused = context.sink().row(List.copyOf(metrics.stream().map(commit::metric).toList()));
  }

  private void detail(Context context, MaintenanceStatement.Detail statement) {
    TableDetail detail = reader.detail(context.caller(), context.table(statement.name()));
    context.sink().columns(DETAIL);
    boolean unused =
        context
            .sink()
            .row(
                Arrays.asList(
                    "delta",
                    detail.facts().id(),
                    detail.name().toString(),
                    detail.comment().orElse(""),
                    detail.facts().createdAt().orElse(null),
                    detail.changedAt(),
                    String.join(", ", detail.partitionColumns()),
                    String.join(", ", detail.facts().clusteringColumns()),
                    detail.files(),
                    detail.bytes(),
                    detail.properties(),
                    (long) detail.facts().readerVersion(),
                    (long) detail.facts().writerVersion(),
                    String.join(", ", detail.facts().features())));
  }

  /** The condition with values of the columns' own types. */
  private static Predicate typed(Predicate condition, Relation table) {
    return switch (condition) {
      case Predicate.And and ->
          new Predicate.And(and.parts().stream().map(part -> typed(part, table)).toList());
      case Predicate.Or or ->
          new Predicate.Or(or.parts().stream().map(part -> typed(part, table)).toList());
      case Predicate.IsNull isNull -> isNull;
      case Predicate.IsNotNull isNotNull -> isNotNull;
      case Predicate.In in ->
          new Predicate.In(
              in.column(),
              in.values().stream()
                  .<Comparable<?>>map(value -> value(in.column(), value.toString(), table))
                  .toList());
      case Predicate.Within within ->
          new Predicate.Within(
              within.column(),
              value(within.column(), within.low().toString(), table),
              value(within.column(), within.high().toString(), table));
      case Predicate.Compare compare ->
          new Predicate.Compare(
              compare.column(),
              compare.operator(),
              value(compare.column(), compare.value().toString(), table));
    };
  }

  private static Comparable<?> value(String column, String text, Relation table) {
    RelationColumn found =
        table.columns().stream()
            .filter(one -> one.name().equalsIgnoreCase(column))
            .findFirst()
            .orElseThrow(
                () -> StatementErrors.unknownColumn(column, table.securable().name().toString()));
    return ColumnValues.parse(text, DataType.parse(found.typeText()))
        .orElseThrow(() -> StatementErrors.wrongValue(column, found.typeText(), text));
  }

  static Instant instant(String text) {
    return (Instant)
        ColumnValues.parse(text, new DataType.TimestampType())
            .orElseThrow(() -> StatementErrors.wrongValue("TIMESTAMP AS OF", "timestamp", text));
  }

  private static ResultColumn text(String name) {
    return new ResultColumn(name, ResultType.STRING);
  }

  private static ResultColumn time(String name) {
    return new ResultColumn(name, ResultType.timestamp());
  }

  private static ResultColumn whole(String name) {
    return new ResultColumn(name, ResultType.whole());
  }

  private static List<ResultColumn> wholes(String... names) {
    return Arrays.stream(names).map(MaintenanceStatements::whole).toList();
  }
}
