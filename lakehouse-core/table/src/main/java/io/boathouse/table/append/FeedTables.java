package io.boathouse.table.append;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.function.FunctionDefinition;
import io.boathouse.catalog.function.FunctionService;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.namespace.NamespaceService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.append.Feed.Visibility;
import io.boathouse.table.type.Column;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.TableAlteration;
import io.boathouse.table.write.TableService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the tables of feeds. One whose rows are not for everybody gets a row filter before its
 * first row, and again at a start that finds it without; then everybody may read it.
 */
public final class FeedTables {
  private static final String EVERYBODY = "account users";

  private final Governance governance;
  private final TableService tables;

  /** What names, protects and grants. */
  public record Governance(
      NamespaceService namespaces,
      RelationService relations,
      FunctionService functions,
      PolicyService policies,
      GrantService grants) {}

  public FeedTables(Governance governance, TableService tables) {
    this.governance = governance;
    this.tables = tables;
  }

  TableService tables() {
    return tables;
  }

  /** Makes what is missing; the writer owns it. */
  void prepare(Caller writer, Feed feed) {
    FullName schema = feed.table().parent();
    namespace(writer, SecurableType.CATALOG, schema.parent(), "What the server tells of itself");
    namespace(writer, SecurableType.SCHEMA, schema, "");
    boolean created =
        made(
            () ->
                tables.create(
                    writer,
                    new NewTable(
                        feed.table(),
                        feed.schema(),
                        List.of(),
                        Map.of("delta.autoOptimize.autoCompact", "true"),
                        Optional.empty())));
    if (!created) {
      widen(writer, feed);
    }
    feed.visibility()
        .ifPresent(
            visibility -> {
              protect(writer, feed.table(), visibility);
              if (created) {
                open(writer, feed.table());
              }
            });
  }

  /** A table that an older server made gets the columns that came since, at its end. */
  private void widen(Caller writer, Feed feed) {
    int present = tables.schema(writer, feed.table()).columns().size();
    List<Column> wanted = feed.schema().columns();
    if (present < wanted.size()) {
      tables.alter(
          writer,
          feed.table(),
          new TableAlteration.AddColumns(wanted.subList(present, wanted.size())));
    }
  }

  private void protect(Caller writer, FullName table, Visibility visibility) {
    FullName name = FullName.of(table.catalog(), table.schema(), "visible_" + table.name());
    ObjectNode definition =
        new SqlFunction(
                visibility.columns().stream()
                    .map(column -> new SqlFunction.Parameter(column, "string", Optional.empty()))
                    .toList(),
                "boolean",
                visibility.condition(),
                false)
            .definition(name.name());
    Optional<FunctionDefinition> present = governance.functions().find(writer, name);
    if (present.isEmpty()) {
      FunctionDefinition unused =
          governance.functions().create(writer, name, Optional.empty(), definition);
    } else if (!present.get().definition().equals(definition)) {
      FunctionDefinition unused =
          governance.functions().replace(writer, name, Optional.empty(), definition);
    }
    var securable = governance.relations().get(writer, table).securable();
    if (governance.policies().of(writer, securable).rowFilter().isEmpty()) {
      governance.policies().setRowFilter(writer, table, name, visibility.columns());
    }
  }

  private void open(Caller writer, FullName table) {
    FullName schema = table.parent();
    grant(writer, SecurableType.CATALOG, schema.parent(), Privilege.USE_CATALOG);
    grant(writer, SecurableType.SCHEMA, schema, Privilege.USE_SCHEMA);
    grant(writer, SecurableType.TABLE, table, Privilege.SELECT);
  }

  private void grant(Caller writer, SecurableType type, FullName name, Privilege privilege) {
    governance.grants().grant(writer, type, name, EVERYBODY, privilege);
  }

  private void namespace(Caller writer, SecurableType type, FullName name, String comment) {
    Optional<String> about = comment.isEmpty() ? Optional.empty() : Optional.of(comment);
    boolean unused =
        made(
            () ->
                governance
                    .namespaces()
                    .create(
                        writer, new NewSecurable(type, name, about, Map.of()), Optional.empty()));
  }

  /** Whether it was not there yet. */
  private static boolean made(Supplier<?> creation) {
    try {
      Object unused = creation.get();
      return true;
    } catch (LakeException e) {
      if (e.code() != ErrorCode.ALREADY_EXISTS) {
        throw e;
      }
      return false;
    }
  }
}
