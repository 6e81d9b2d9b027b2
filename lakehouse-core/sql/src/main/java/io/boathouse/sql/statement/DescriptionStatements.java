package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.catalog.tag.TaggedEntity;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.DescriptionStatement;
import io.boathouse.sql.grammar.DescriptionStatement.Thing;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Statements about names, comments, owners, tags and properties. */
final class DescriptionStatements {
  private final SecurableService securables;
  private final TagService tags;
  private final RelationService relations;
  private final TableReader reader;

  DescriptionStatements(
      SecurableService securables, TagService tags, RelationService relations, TableReader reader) {
    this.securables = securables;
    this.tags = tags;
    this.relations = relations;
    this.reader = reader;
  }

  void run(Caller caller, DescriptionStatement statement, NameDefaults defaults, RowSink sink) {
    switch (statement) {
      case DescriptionStatement.SetTags set ->
          tags.set(caller, entity(set.thing(), defaults), set.tags());
      case DescriptionStatement.UnsetTags unset ->
          tags.unset(caller, entity(unset.thing(), defaults), unset.keys());
      case DescriptionStatement.SetOwner set ->
          change(caller, set.thing(), defaults, SecurableChange.owner(set.principal()));
      case DescriptionStatement.SetComment set ->
          change(caller, set.thing(), defaults, SecurableChange.comment(set.text()));
      case DescriptionStatement.Rename rename -> rename(caller, rename, defaults);
      case DescriptionStatement.ShowProperties show -> {
        properties(caller, show, defaults, sink);
        return;
      }
      case DescriptionStatement.ShowPartitions show -> {
        partitions(caller, defaults.table(show.name()), sink);
        return;
      }
    }
    sink.columns(List.of());
  }

  private static TaggedEntity entity(Thing thing, NameDefaults defaults) {
    return new TaggedEntity(
        ObjectNames.type(thing.type()),
        ObjectNames.name(thing.type(), thing.name(), defaults),
        thing.column());
  }

  private void change(Caller caller, Thing thing, NameDefaults defaults, SecurableChange change) {
    Securable unused =
        securables.update(
            caller,
            ObjectNames.type(thing.type()),
            ObjectNames.name(thing.type(), thing.name(), defaults),
            change);
  }

  private void rename(Caller caller, DescriptionStatement.Rename statement, NameDefaults defaults) {
    FullName from = defaults.table(statement.thing().name());
    FullName to =
        statement.to().size() == 1
            ? from.parent().child(statement.to().getFirst())
            : defaults.table(statement.to());
    if (!to.parent().equals(from.parent())) {
      throw StatementErrors.unsupported(
          "Renaming into another schema", "Create it there, and drop it here.");
    }
    Securable unused =
        securables.update(
            caller,
            SecurableType.TABLE,
            from,
            new SecurableChange(
                Optional.of(to.name()), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private void properties(
      Caller caller,
      DescriptionStatement.ShowProperties statement,
      NameDefaults defaults,
      RowSink sink) {
    Relation relation = relations.get(caller, defaults.table(statement.name()));
    Map<String, String> found = new TreeMap<>(relation.securable().properties());
    if (relation.kind() == Relation.Kind.MANAGED) {
      found.putAll(reader.detail(caller, relation.securable().name()).properties());
    }
    sink.columns(ListingStatements.texts("key", "value"));
    if (statement.key().isPresent()) {
      String key = statement.key().get();
      String none =
          "Table %s does not have property: %s".formatted(relation.securable().name(), key);
      boolean unused = sink.row(List.of(key, found.getOrDefault(key, none)));
      return;
    }
    boolean more = true;
    for (Map.Entry<String, String> property : found.entrySet()) {
      more = more && sink.row(List.of(property.getKey(), property.getValue()));
    }
  }

  private void partitions(Caller caller, FullName table, RowSink sink) {
    Snapshot snapshot = reader.snapshot(caller, table, At.latest());
    List<String> columns = snapshot.partitionColumns();
    if (columns.isEmpty()) {
      throw StatementErrors.notPartitioned(table.toString());
    }
    Set<List<@Nullable Object>> rows = new LinkedHashSet<>();
    snapshot
        .files()
        .forEach(
            file -> {
              List<@Nullable Object> row = new ArrayList<>();
              columns.forEach(column -> row.add(file.partitionValues().get(column)));
              rows.add(row);
            });
    sink.columns(ListingStatements.texts(columns.toArray(String[]::new)));
    boolean more = true;
    for (List<@Nullable Object> row : rows) {
      more = more && sink.row(row);
    }
  }
}
