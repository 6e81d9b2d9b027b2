package io.boathouse.catalog.identity;

import io.boathouse.platform.http.Handler;
import io.boathouse.platform.http.Request;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The numbers by which Databricks clients know this installation, made from the metastore's id,
 * which stays: one workspace in one account.
 *
 * @param metastoreId the id; asked for late, as the tree is not there at once
 */
public record Installation(Supplier<UUID> metastoreId) {
  /** The account's id. */
  public String accountId() {
    return metastoreId.get().toString();
  }

  /** A positive number, as Databricks clients expect of a workspace. */
  public long workspaceId() {
    return metastoreId.get().getMostSignificantBits() >>> 12;
  }

  /** On the account's paths, only this installation's account is served. */
  Handler inAccount(Handler handler) {
    return request -> {
      requireAccount(request);
      return handler.handle(request);
    };
  }

  private void requireAccount(Request request) {
    String named = request.pathParam("account_id");
    if (!named.equalsIgnoreCase(accountId())) {
      throw IdentityErrors.accountNotFound(named);
    }
  }
}
