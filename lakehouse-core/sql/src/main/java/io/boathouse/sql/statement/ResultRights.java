package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.govern.TableViews.Input;
import java.util.UUID;
import java.util.function.Function;

/**
 * Asks once more, whenever a kept result is read, for the right to what it came from: what was
 * revoked since is over at once.
 */
final class ResultRights {
  private final Authorizer authorizer;
  private final Function<UUID, Caller> callers;

  ResultRights(Authorizer authorizer, Function<UUID, Caller> callers) {
    this.authorizer = authorizer;
    this.callers = callers;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED or NOT_FOUND if a table
   *     that the result came from is out of the caller's reach by now
   */
  void require(Caller caller, ExecutedStatement statement) {
    for (Input input : statement.inputs()) {
      Securable unused =
          authorizer.require(caller, Privilege.SELECT, SecurableType.TABLE, input.name());
    }
  }

  /** Like {@link #require}, for whoever ran the statement, with the rights of now. */
  void requireOfOwner(ExecutedStatement statement) {
    require(callers.apply(statement.caller().principalId()), statement);
  }
}
