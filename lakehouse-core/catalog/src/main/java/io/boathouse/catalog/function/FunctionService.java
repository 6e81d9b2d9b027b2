package io.boathouse.catalog.function;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Creates, shows and deletes functions. Thread-safe; every method blocks on the database. */
public final class FunctionService {
  private final Database database;
  private final SecurableService securables;
  private final FunctionRepository repository;
  private final Uses uses;

  /** Tells what stands in the way of a function's deletion. */
  @FunctionalInterface
  public interface Uses {
    /**
     * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if it is in use
     */
    void requireNone(Caller caller, Securable function);
  }

  public FunctionService(Database database, SecurableService securables, Uses uses) {
    this.database = database;
    this.securables = securables;
    this.uses = uses;
    this.repository = new FunctionRepository(database);
  }

  /** Creates a function owned by the caller; needs CREATE_FUNCTION on the schema. */
  public FunctionDefinition create(
      Caller caller, FullName name, Optional<String> comment, ObjectNode definition) {
    return database.inTransaction(
        () -> {
          Securable securable =
              securables.create(
                  caller, new NewSecurable(SecurableType.FUNCTION, name, comment, Map.of()));
          repository.insert(securable.id(), definition, caller.principalId());
          return new FunctionDefinition(securable, definition);
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public FunctionDefinition get(Caller caller, FullName name) {
    Securable securable = securables.get(caller, SecurableType.FUNCTION, name);
    return Optional.ofNullable(repository.find(List.of(securable.id())).get(securable.id()))
        .map(definition -> new FunctionDefinition(securable, definition))
        .orElseThrow(() -> SecurableErrors.notFound(SecurableType.FUNCTION, name));
  }

  /** Empty if absent or hidden. */
  public Optional<FunctionDefinition> find(Caller caller, FullName name) {
    return securables
        .find(caller, SecurableType.FUNCTION, name)
        .flatMap(
            securable ->
                Optional.ofNullable(repository.find(List.of(securable.id())).get(securable.id()))
                    .map(definition -> new FunctionDefinition(securable, definition)));
  }

  /** The functions of a schema that the caller may know of, by name. */
  public Page<FunctionDefinition> list(Caller caller, FullName schema, PageRequest page) {
    Page<Securable> found = securables.list(caller, SecurableType.FUNCTION, schema, page);
    Map<UUID, ObjectNode> definitions =
        repository.find(found.items().stream().map(Securable::id).toList());
    return new Page<>(
        found.items().stream()
            .flatMap(
                securable ->
                    Optional.ofNullable(definitions.get(securable.id())).stream()
                        .map(definition -> new FunctionDefinition(securable, definition)))
            .toList(),
        found.nextPageToken());
  }

  /**
   * Gives a function another definition; it keeps its id, grants and policies, and belongs to who
   * wrote it. Needs MANAGE.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public FunctionDefinition replace(
      Caller caller, FullName name, Optional<String> comment, ObjectNode definition) {
    return database.inTransaction(
        () -> {
          Securable securable =
              securables.update(
                  caller,
                  SecurableType.FUNCTION,
                  name,
                  new SecurableChange(
                      Optional.empty(),
                      Optional.of(comment.orElse("")),
                      Optional.of(caller.principal()),
                      Optional.empty()));
          repository.replace(securable.id(), definition, caller.principalId());
          return new FunctionDefinition(securable, definition);
        });
  }

  /**
   * Deletes a function; needs MANAGE.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if a policy uses it
   */
  public void delete(Caller caller, FullName name) {
    database.useTransaction(
        () -> {
          Optional<Securable> function = securables.find(caller, SecurableType.FUNCTION, name);
          securables.delete(caller, SecurableType.FUNCTION, name, false);
          function.ifPresent(found -> uses.requireNone(caller, found));
        });
  }
}
