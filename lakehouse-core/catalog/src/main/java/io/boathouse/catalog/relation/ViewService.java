package io.boathouse.catalog.relation;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes, changes and drops views. Thread-safe; every method blocks on the metadata database. */
public final class ViewService {
  private final Database database;
  private final Governance governance;
  private final ViewQueries queries;
  private final ViewRepository repository;
  private final RelationRepository relationRepository;

  /** What decides and names. */
  public record Governance(
      SecurableService securables, RelationService relations, Authorizer authorizer) {}

  public ViewService(Database database, Governance governance, ViewQueries queries) {
    this.database = database;
    this.governance = governance;
    this.queries = queries;
    this.repository = new ViewRepository(database);
    this.relationRepository = new RelationRepository(database);
  }

  /** What a view is to be, besides its query. */
  public record Shape(
      List<RelationColumn> columns, Optional<String> comment, Map<String, String> properties) {
    public Shape {
      columns = List.copyOf(columns);
      properties = Map.copyOf(properties);
    }
  }

  /** Makes a view owned by the caller; needs CREATE_TABLE on the schema. */
  public Relation create(Caller caller, FullName name, ViewText text, Shape shape) {
    return database.inTransaction(
        () -> {
          Relation made =
              governance
                  .relations()
                  .create(
                      caller,
                      new NewRelation(
                          name,
                          Relation.Kind.VIEW,
                          "",
                          shape.columns(),
                          Optional.empty(),
                          Optional.of(text.sql()),
                          shape.comment(),
                          shape.properties()));
          repository.put(made.securable().id(), text, caller.principalId());
          return made;
        });
  }

  /**
   * Gives a view another query; it keeps its id and grants, and belongs to who wrote the query.
   * Needs MANAGE.
   *
   * @throws LakeException NOT_FOUND if absent or hidden; INVALID_ARGUMENT if it is a table
   */
  public Relation replace(Caller caller, FullName name, ViewText text, Shape shape) {
    return database.inTransaction(
        () -> {
          Relation view = managed(caller, name);
          Securable unused =
              governance
                  .securables()
                  .update(
                      caller,
                      SecurableType.TABLE,
                      name,
                      new SecurableChange(
                          Optional.empty(),
                          Optional.of(shape.comment().orElse("")),
                          Optional.of(caller.principal()),
                          Optional.of(shape.properties())));
          repository.put(view.securable().id(), text, caller.principalId());
          relationRepository.replaceColumns(view.securable().id(), shape.columns());
          return governance.relations().get(caller, name);
        });
  }

  /** Changes name, comment, owner or properties of a view; needs MANAGE. */
  public void change(Caller caller, FullName name, SecurableChange change) {
    database.useTransaction(
        () -> {
          Relation unused = managed(caller, name);
          Securable unusedToo =
              governance.securables().update(caller, SecurableType.TABLE, name, change);
        });
  }

  /** Drops a view and leaves what it reads; needs MANAGE. */
  public void drop(Caller caller, FullName name) {
    database.useTransaction(
        () -> {
          Relation unused = managed(caller, name);
          governance.relations().delete(caller, name);
        });
  }

  /** A table or view; empty if absent or hidden. */
  public Optional<Relation> find(Caller caller, FullName name) {
    return governance.relations().find(caller, name);
  }

  /** The query, which only those may see who may change it or read the view. */
  public Optional<ViewText> shown(Caller caller, Relation view) {
    boolean may =
        governance.authorizer().allows(caller, Privilege.MANAGE, view.securable())
            || governance.authorizer().allows(caller, Privilege.SELECT, view.securable());
    return may ? Optional.of(queries.text(view)) : Optional.empty();
  }

  private Relation managed(Caller caller, FullName name) {
    Relation view = governance.relations().require(caller, Privilege.MANAGE, name);
    if (view.kind() != Relation.Kind.VIEW) {
      throw RelationErrors.notAView(name);
    }
    return view;
  }
}
