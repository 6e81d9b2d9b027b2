package io.boathouse.catalog.lineage;

import io.boathouse.catalog.lineage.LineageEvent.End;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Writes rows for the lineage tables of the system catalog, of what has to do with a table. Joins
 * the thread's transaction.
 */
final class LineageEvents {
  private static final Set<String> TABLES = Set.of("TABLE", "FEATURE_TABLE");
  private static final Set<String> WORK = Set.of("TRAINING_SET", "RUN", "ENDPOINT", "PREDICTION");

  private final LineageEventRepository things;
  private final LineageEventRepository columns;

  LineageEvents(Database database) {
    this.things = new LineageEventRepository(database, "TABLE");
    this.columns = new LineageEventRepository(database, "COLUMN");
  }

  /** Who did it, when and how. */
  record Work(Instant at, String principal, String how, Optional<LineageEntity> entity) {
    private LineageEvent event(Optional<End> source, Optional<End> target) {
      return new LineageEvent(0, at, principal, how, entity, source, target);
    }
  }

  /** Whether a node is a table. */
  static boolean isTable(LineageNode node) {
    return TABLES.contains(node.kind());
  }

  void made(Work work, List<End> sources, End target, List<ColumnFlow> flows) {
    Work known =
        work.entity().isPresent()
            ? work
            : new Work(work.at(), work.principal(), work.how(), entity(target.node(), work.how()));
    boolean alone = sources.isEmpty() && isTable(target.node());
    List<LineageEvent> events = new ArrayList<>();
    if (alone) {
      events.add(known.event(Optional.empty(), Optional.of(target)));
    }
    sources.stream()
        .filter(source -> isTable(source.node()) || isTable(target.node()))
        .forEach(source -> events.add(known.event(told(source), told(target))));
    things.insert(events);
    columns.insert(flows(known, sources, Optional.of(target), flows));
  }

  /** A statement is told of as the work that it was. */
  private static Optional<End> told(End end) {
    return Optional.of(end).filter(one -> !one.node().kind().equals("STATEMENT"));
  }

  void read(Work work, List<TableRead> reads, List<ColumnFlow> flows) {
    List<End> sources =
        reads.stream()
            .map(
                read ->
                    new End(
                        new LineageNode("TABLE", read.name().toString(), read.version()),
                        Optional.of(read.id()),
                        Optional.empty()))
            .toList();
    things.insert(
        sources.stream().map(source -> work.event(Optional.of(source), Optional.empty())).toList());
    columns.insert(flows(work, sources, Optional.empty(), flows));
  }

  private static List<LineageEvent> flows(
      Work work, List<End> sources, Optional<End> target, List<ColumnFlow> flows) {
    Map<String, End> byName = new HashMap<>();
    sources.forEach(source -> byName.put(source.node().name(), source));
    target.ifPresent(end -> byName.putIfAbsent(end.node().name(), end));
    List<LineageEvent> events = new ArrayList<>();
    for (ColumnFlow flow : new LinkedHashSet<>(flows)) {
      End source = byName.get(flow.table().toString());
      if (source != null) {
        events.add(
            work.event(
                Optional.of(column(source, flow.column())),
                target.map(end -> column(end, flow.target().orElse("")))));
      }
    }
    return events;
  }

  private static End column(End end, String name) {
    return new End(
        end.node(), end.securable(), name.isEmpty() ? Optional.empty() : Optional.of(name));
  }

  private static Optional<LineageEntity> entity(LineageNode made, String how) {
    if (WORK.contains(made.kind())) {
      return Optional.of(
          new LineageEntity(made.kind(), made.name(), Optional.empty(), Optional.empty()));
    }
    return how.equals("LOAD")
        ? Optional.of(new LineageEntity("INGEST", made.name(), Optional.empty(), Optional.empty()))
        : Optional.empty();
  }

  /** The tables that ends are, by their names. */
  static Map<FullName, UUID> tables(List<End> ends) {
    Map<FullName, UUID> tables = new HashMap<>();
    for (End end : ends) {
      if (isTable(end.node()) && end.securable().isPresent()) {
        tables.put(FullName.parse(end.node().name()), end.securable().get());
      }
    }
    return tables;
  }
}
