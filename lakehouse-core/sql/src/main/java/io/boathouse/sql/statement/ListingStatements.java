package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.grant.PrivilegeAssignment;
import io.boathouse.catalog.grant.PrivilegeAssignment.Held;
import io.boathouse.catalog.relation.DroppedTable;
import io.boathouse.catalog.relation.DroppedTables;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.ResultType;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.AccessStatement.ShowGrants;
import io.boathouse.sql.grammar.Statement.Describe;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.Statement.Show;
import io.boathouse.sql.grammar.Statement.ShowDropped;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** SHOW and DESCRIBE over the securable tree, narrowed to what the caller may see. */
final class ListingStatements {
  private static final int PAGE = 500;

  private final SecurableService securables;
  private final GrantService grants;
  private final DroppedTables dropped;

  ListingStatements(SecurableService securables, GrantService grants, DroppedTables dropped) {
    this.securables = securables;
    this.dropped = dropped;
    this.grants = grants;
  }

  void show(Caller caller, Show statement, NameDefaults defaults, RowSink sink) {
    switch (statement.type()) {
      case CATALOG -> {
        sink.columns(texts("catalog"));
        each(
            caller,
            SecurableType.CATALOG,
            Optional.empty(),
            statement,
            name -> List.of(name.name()),
            sink);
      }
      case SCHEMA -> {
        sink.columns(texts("databaseName"));
        FullName catalog =
            ObjectNames.name(
                ObjectType.CATALOG,
                statement.in().isEmpty() ? List.of(defaults.catalog()) : statement.in(),
                defaults);
        each(
            caller,
            SecurableType.SCHEMA,
            Optional.of(catalog),
            statement,
            name -> List.of(name.name()),
            sink);
      }
      case FUNCTION -> {
        sink.columns(texts("function"));
        inSchema(
            caller,
            SecurableType.FUNCTION,
            new Shown(statement, defaults, name -> List.of(name.toString())),
            sink);
      }
      case VOLUME -> {
        sink.columns(texts("database", "volume_name"));
        inSchema(
            caller,
            SecurableType.VOLUME,
            new Shown(statement, defaults, name -> List.of(name.schema(), name.name())),
            sink);
      }
      default -> {
        sink.columns(texts("database", "tableName", "isTemporary"));
        inSchema(
            caller,
            SecurableType.TABLE,
            new Shown(statement, defaults, name -> List.of(name.schema(), name.name(), "false")),
            sink);
      }
    }
  }

  void dropped(Caller caller, ShowDropped statement, NameDefaults defaults, RowSink sink) {
    sink.columns(
        texts(
            "catalogName",
            "schemaName",
            "tableName",
            "tableId",
            "tableType",
            "deletedAt",
            "createdAt",
            "createdBy",
            "owner"));
    FullName schema =
        statement.in().isEmpty()
            ? FullName.of(defaults.catalog(), defaults.schema())
            : defaults.schema(statement.in());
    for (DroppedTable table : dropped.list(caller, schema)) {
      sink.row(
          List.of(
              table.name().catalog(),
              table.name().schema(),
              table.name().name(),
              table.id().toString(),
              table.kind().name(),
              table.droppedAt().toString(),
              table.createdAt().toString(),
              table.createdBy(),
              table.owner()));
    }
  }

  private record Shown(Show statement, NameDefaults defaults, Line line) {}

  private void inSchema(Caller caller, SecurableType type, Shown shown, RowSink sink) {
    NameDefaults defaults = shown.defaults();
    FullName schema =
        shown.statement().in().isEmpty()
            ? FullName.of(defaults.catalog(), defaults.schema())
            : defaults.schema(shown.statement().in());
    each(caller, type, Optional.of(schema), shown.statement(), shown.line(), sink);
  }

  private interface Line {
    List<String> of(FullName name);
  }

  private void each(
      Caller caller,
      SecurableType type,
      Optional<FullName> container,
      Show statement,
      Line line,
      RowSink sink) {
    Predicate<String> pattern = NamePattern.of(statement.like());
    Optional<String> token = Optional.empty();
    do {
      PageRequest request = new PageRequest(PAGE, token);
      Page<Securable> page =
          container.isPresent()
              ? securables.list(caller, type, container.get(), request)
              : securables.list(caller, type, request);
      for (Securable securable : page.items()) {
        boolean more =
            !pattern.test(securable.name().name())
                || sink.row(List.copyOf(line.of(securable.name())));
        if (!more) {
          return;
        }
      }
      token = page.nextPageToken();
    } while (token.isPresent());
  }

  void grants(Caller caller, ShowGrants statement, NameDefaults defaults, RowSink sink) {
    SecurableType type = ObjectNames.type(statement.type());
    FullName name = ObjectNames.name(statement.type(), statement.name(), defaults);
    sink.columns(texts("Principal", "ActionType", "ObjectType", "ObjectKey"));
    for (PrivilegeAssignment assignment : grants.effective(caller, type, name)) {
      for (Held held : assignment.privileges()) {
        boolean wanted =
            statement.principal().isEmpty()
                || statement.principal().get().equals(assignment.principal());
        if (wanted) {
          boolean unused =
              sink.row(
                  List.of(
                      assignment.principal(),
                      held.privilege().name().replace('_', ' '),
                      held.inheritedFrom().map(from -> from.type().name()).orElse(type.name()),
                      held.inheritedFrom()
                          .map(from -> from.name().toString())
                          .orElse(name.toString())));
        }
      }
    }
  }

  void describe(Caller caller, Describe statement, NameDefaults defaults, RowSink sink) {
    SecurableType type = ObjectNames.type(statement.type());
    FullName name = ObjectNames.name(statement.type(), statement.name(), defaults);
    Securable securable = securables.get(caller, type, name);
    sink.columns(texts("info_name", "info_value"));
    boolean unused = sink.row(List.of("Name", securable.name().toString()));
    unused = sink.row(List.of("Comment", securable.comment().orElse("")));
    unused = sink.row(List.of("Owner", securable.owner()));
    unused = sink.row(List.of("Created By", securable.createdBy()));
    unused = sink.row(List.of("Created Time", securable.createdAt().toString()));
  }

  static List<ResultColumn> texts(String... names) {
    return Arrays.stream(names).map(name -> new ResultColumn(name, ResultType.STRING)).toList();
  }
}
