package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.namespace.Namespace;
import io.boathouse.catalog.namespace.NamespaceService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.AccessStatement.ChangeGrant;
import io.boathouse.sql.grammar.Statement.CreateCatalog;
import io.boathouse.sql.grammar.Statement.CreateSchema;
import io.boathouse.sql.grammar.Statement.Drop;
import io.boathouse.sql.grammar.Statement.Undrop;
import java.util.Map;
import java.util.Optional;

/** Creates and drops catalogs and schemas, drops tables, and changes grants. */
final class DefinitionStatements {
  private final NamespaceService namespaces;
  private final SecurableService securables;
  private final GrantService grants;
  private final RelationService relations;

  DefinitionStatements(
      NamespaceService namespaces,
      SecurableService securables,
      GrantService grants,
      RelationService relations) {
    this.namespaces = namespaces;
    this.securables = securables;
    this.grants = grants;
    this.relations = relations;
  }

  void create(Caller caller, CreateCatalog statement) {
    create(
        caller,
        SecurableType.CATALOG,
        FullName.of(statement.name()),
        statement.comment(),
        statement.ifNotExists());
  }

  void create(Caller caller, CreateSchema statement, NameDefaults defaults) {
    create(
        caller,
        SecurableType.SCHEMA,
        defaults.schema(statement.name()),
        statement.comment(),
        statement.ifNotExists());
  }

  private void create(
      Caller caller,
      SecurableType type,
      FullName name,
      Optional<String> comment,
      boolean ifNotExists) {
    if (ifNotExists && securables.find(caller, type, name).isPresent()) {
      return;
    }
    try {
      Namespace unused =
          namespaces.create(
              caller, new NewSecurable(type, name, comment, Map.of()), Optional.empty());
    } catch (LakeException e) {
      if (!ifNotExists || e.code() != ErrorCode.ALREADY_EXISTS) {
        throw e;
      }
    }
  }

  void drop(Caller caller, Drop statement, NameDefaults defaults) {
    SecurableType type = ObjectNames.type(statement.type());
    FullName name = ObjectNames.name(statement.type(), statement.name(), defaults);
    if (statement.ifExists() && securables.find(caller, type, name).isEmpty()) {
      return;
    }
    boolean view =
        type == SecurableType.TABLE
            && relations
                .find(caller, name)
                .filter(found -> found.kind() == Relation.Kind.VIEW)
                .isPresent();
    if (view) {
      throw StatementErrors.viewNotTable(name.toString());
    }
    if (statement.purge()) {
      securables.purge(caller, type, name);
    } else {
      securables.delete(caller, type, name, statement.cascade());
    }
  }

  void undrop(Caller caller, Undrop statement, NameDefaults defaults) {
    Relation unused =
        statement.id().isPresent()
            ? relations.restore(caller, statement.id().get())
            : relations.restore(caller, defaults.table(statement.name()));
  }

  void change(Caller caller, ChangeGrant statement, NameDefaults defaults) {
    SecurableType type = ObjectNames.type(statement.type());
    FullName name = ObjectNames.name(statement.type(), statement.name(), defaults);
    Privilege[] privileges =
        statement.privileges().stream().map(Privilege::parse).toArray(Privilege[]::new);
    if (statement.grant()) {
      grants.grant(caller, type, name, statement.principal(), privileges);
    } else {
      grants.revoke(caller, type, name, statement.principal(), privileges);
    }
  }
}
