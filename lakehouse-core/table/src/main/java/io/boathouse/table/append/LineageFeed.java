package io.boathouse.table.append;

import io.boathouse.catalog.identity.Installation;
import io.boathouse.catalog.lineage.LineageEntity;
import io.boathouse.catalog.lineage.LineageEvent;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageOutbox;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lineage as {@code system.access.table_lineage} or {@code column_lineage}, with the columns that
 * Databricks gives them and four of ours at the end. A row is shown to whoever may know of all
 * governed things in it.
 */
public final class LineageFeed implements Feed {
  private static final int MOST = 5_000;
  private static final Set<String> TABLES = Set.of("TABLE", "FEATURE_TABLE");
  private static final Visibility VISIBILITY =
      new Visibility(
          List.of("source_id", "target_id"),
          "(source_id IS NULL OR may_know(source_id)) AND (target_id IS NULL OR"
              + " may_know(target_id))");

  private final FullName table;
  private final LineageOutbox outbox;
  private final boolean columns;
  private final Installation installation;

  private LineageFeed(
      String name, LineageOutbox outbox, boolean columns, Installation installation) {
    this.table = FullName.of("system", "access", name);
    this.outbox = outbox;
    this.columns = columns;
    this.installation = installation;
  }

  /** Which tables were read, and what was made of them. */
  public static LineageFeed ofTables(LineageOutbox outbox, Installation installation) {
    return new LineageFeed("table_lineage", outbox, false, installation);
  }

  /** Which columns were shown, and which were made of them. */
  public static LineageFeed ofColumns(LineageOutbox outbox, Installation installation) {
    return new LineageFeed("column_lineage", outbox, true, installation);
  }

  @Override
  public FullName table() {
    return table;
  }

  @Override
  public TableSchema schema() {
    List<Column> schema = new ArrayList<>();
    for (String name :
        List.of(
            "account_id",
            "metastore_id",
            "workspace_id",
            "entity_type",
            "entity_id",
            "entity_run_id")) {
      schema.add(text(name));
    }
    for (String end : List.of("source", "target")) {
      for (String part :
          List.of(
              "table_full_name", "table_catalog", "table_schema", "table_name", "path", "type")) {
        schema.add(text(end + "_" + part));
      }
      if (columns) {
        schema.add(text(end + "_column_name"));
      }
    }
    schema.add(text("created_by"));
    schema.add(Column.of("event_time", DataType.parse("timestamp")));
    schema.add(Column.of("event_date", DataType.parse("date")));
    for (String name : List.of("record_id", "event_id", "statement_id")) {
      schema.add(text(name));
    }
    schema.add(Column.of("entity_metadata", DataType.parse("map<string,string>")));
    schema.add(text("source_id"));
    schema.add(text("target_id"));
    schema.add(Column.of("source_version", DataType.parse("bigint")));
    schema.add(Column.of("target_version", DataType.parse("bigint")));
    return new TableSchema(schema);
  }

  @Override
  public Optional<Visibility> visibility() {
    return Optional.of(VISIBILITY);
  }

  @Override
  public Optional<Batch> next(long after) {
    return outbox
        .next(after, MOST)
        .map(batch -> new Batch(batch.number(), batch.events().stream().map(this::row).toList()));
  }

  private List<@Nullable Object> row(LineageEvent event) {
    List<@Nullable Object> row = new ArrayList<>();
    row.add(installation.accountId());
    row.add(installation.accountId());
    row.add(Long.toString(installation.workspaceId()));
    row.add(event.entity().map(LineageEntity::type).orElse(null));
    row.add(event.entity().map(LineageEntity::id).orElse(null));
    row.add(event.entity().flatMap(LineageEntity::runId).orElse(null));
    end(row, event.source());
    end(row, event.target());
    row.add(event.principal());
    row.add(event.at());
    row.add(event.at().atOffset(ZoneOffset.UTC).toLocalDate());
    row.add(Long.toString(event.id()));
    row.add(Long.toString(event.id()));
    row.add(event.entity().flatMap(LineageEntity::statementId).orElse(null));
    row.add(about(event));
    row.add(id(event.source()));
    row.add(id(event.target()));
    row.add(version(event.source()));
    row.add(version(event.target()));
    return row;
  }

  private void end(List<@Nullable Object> row, Optional<LineageEvent.End> end) {
    Optional<LineageNode> node = end.map(LineageEvent.End::node);
    Optional<FullName> name =
        node.filter(one -> TABLES.contains(one.kind())).map(one -> FullName.parse(one.name()));
    if (name.isPresent()) {
      row.add(name.get().toString());
      row.add(name.get().catalog());
      row.add(name.get().schema());
      row.add(name.get().name());
    } else {
      row.addAll(Collections.nCopies(4, null));
    }
    Optional<LineageNode> file = node.filter(one -> one.kind().equals("FILE"));
    row.add(file.map(LineageNode::label).orElse(null));
    row.add(name.isPresent() ? "TABLE" : file.map(one -> "PATH").orElse(null));
    if (columns) {
      row.add(end.flatMap(LineageEvent.End::column).orElse(null));
    }
  }

  /** How it was made, and what is no table of what it was made from or for. */
  private static Map<String, String> about(LineageEvent event) {
    Map<String, String> about = new HashMap<>();
    about.put("how", event.how());
    event.source().ifPresent(end -> other("source", end.node(), about));
    event.target().ifPresent(end -> other("target", end.node(), about));
    return about;
  }

  private static void other(String which, LineageNode node, Map<String, String> about) {
    if (!TABLES.contains(node.kind())) {
      about.put(which + "_kind", node.kind());
      about.put(which + "_name", node.name());
    }
  }

  private static @Nullable String id(Optional<LineageEvent.End> end) {
    return end.flatMap(LineageEvent.End::securable).map(UUID::toString).orElse(null);
  }

  private static @Nullable Long version(Optional<LineageEvent.End> end) {
    return end.flatMap(one -> one.node().version()).orElse(null);
  }

  private static Column text(String name) {
    return Column.of(name, DataType.parse("string"));
  }
}
