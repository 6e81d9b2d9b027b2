package io.boathouse.catalog.function;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.CatalogStamp;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Remembered;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * Functions as statements and policies call them. Thread-safe; every method blocks on the metadata
 * database.
 */
public final class FunctionCalls {
  private static final List<SecurableType> KNOWABLE =
      List.of(
          SecurableType.TABLE,
          SecurableType.FUNCTION,
          SecurableType.REGISTERED_MODEL,
          SecurableType.SERVING_ENDPOINT);

  private static final int MOST = 10_000;

  private final SecurableTree tree;
  private final Authorizer authorizer;
  private final Memberships memberships;
  private final Function<UUID, Caller> callers;
  private final FunctionRepository repository;
  private final Remembered<UUID, ObjectNode> known;

  /** Where functions are read from, and until when they are kept. */
  public record Foundation(Database database, SecurableTree tree, CatalogStamp stamp) {}

  /**
   * @param callers tells whose rights a principal has now; NOT_FOUND if it is gone or disabled
   */
  public FunctionCalls(
      Foundation foundation,
      Authorizer authorizer,
      Memberships memberships,
      Function<UUID, Caller> callers) {
    this.tree = foundation.tree();
    this.known = new Remembered<>(foundation.stamp(), MOST);
    this.authorizer = authorizer;
    this.memberships = memberships;
    this.callers = callers;
    this.repository = new FunctionRepository(foundation.database());
  }

  /**
   * The function that a caller calls; needs EXECUTE.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public FunctionDefinition require(Caller caller, FullName name) {
    Securable securable =
        authorizer.require(caller, Privilege.EXECUTE, SecurableType.FUNCTION, name);
    return definition(securable)
        .orElseThrow(() -> SecurableErrors.notFound(SecurableType.FUNCTION, name));
  }

  /** The function that a policy calls, which asks its reader for no right. */
  public Optional<FunctionDefinition> find(UUID id) {
    return tree.find(id)
        .filter(securable -> securable.type() == SecurableType.FUNCTION)
        .flatMap(this::definition);
  }

  /**
   * With whose rights the body of a function calls others and reads tables: its owner's, as long as
   * that is who wrote the body. Otherwise whoever may give a function away, or write another's,
   * would write statements that run with somebody else's rights.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the owner is another,
   *     gone or disabled
   */
  public Caller owner(FunctionDefinition function) {
    Securable securable = function.securable();
    return repository
        .definer(securable.id())
        .flatMap(this::active)
        .filter(definer -> definer.principal().equals(securable.owner()))
        .orElseThrow(() -> FunctionErrors.notByOwner(securable.name(), securable.owner()));
  }

  private Optional<Caller> active(UUID principal) {
    try {
      return Optional.of(callers.apply(principal));
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The names of all groups that a caller belongs to, nested ones included. */
  public Set<String> groups(Caller caller) {
    return memberships.groups(caller);
  }

  /**
   * The ids of all governed things that a caller may know of, and the caller's own; empty for all
   * there are.
   */
  public Optional<Set<String>> known(Caller caller) {
    if (authorizer.isAdministrator(caller)) {
      return Optional.empty();
    }
    Set<String> ids = new TreeSet<>(Set.of(caller.principalId().toString()));
    for (SecurableType type : KNOWABLE) {
      ids.addAll(repository.visible(type, authorizer.visible(caller, type)));
    }
    return Optional.of(ids);
  }

  private Optional<FunctionDefinition> definition(Securable securable) {
    return known
        .find(securable.id(), id -> Optional.ofNullable(repository.find(List.of(id)).get(id)))
        .map(definition -> new FunctionDefinition(securable, definition.deepCopy()));
  }
}
