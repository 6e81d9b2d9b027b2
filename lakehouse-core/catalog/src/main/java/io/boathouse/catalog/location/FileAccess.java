package io.boathouse.catalog.location;

import io.boathouse.catalog.location.AccessGrant.Owner;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Opens the folder of an issued access. The right that it was issued for is asked again each time,
 * so what was revoked is over at once. Thread-safe; every method blocks.
 */
final class FileAccess {
  private static final Pattern LOG =
      Pattern.compile("(^|/)_delta_log/(.*/)?[^/]+\\.json$", Pattern.CASE_INSENSITIVE);

  private final AccessService access;
  private final Rights rights;
  private final FileStore storage;
  private final AccessTokens tokens;
  private final Function<UUID, Caller> callers;

  /** Asks for the right to a model, which the tree of securables knows. */
  @FunctionalInterface
  interface Rights {
    void requireModel(Caller caller, AccessGrant grant);
  }

  /**
   * A folder and what it was opened for.
   *
   * @param files whose paths cannot leave the folder
   */
  record Opened(FileStore files, AccessGrant grant) {
    /** Whether the file is a version of a table, published or staged, which nobody may replace. */
    boolean isVersion(StoragePath path) {
      Owner owner = grant.owner();
      return (owner == Owner.TABLE || owner == Owner.STAGING_TABLE)
          && LOG.matcher(grant.folder().resolve(path).value()).find();
    }
  }

  /**
   * @param callers tells whose rights a principal has now; NOT_FOUND if it is gone or disabled
   */
  FileAccess(
      AccessService access,
      Rights rights,
      FileStore storage,
      AccessTokens tokens,
      Function<UUID, Caller> callers) {
    this.access = access;
    this.rights = rights;
    this.storage = storage;
    this.tokens = tokens;
    this.callers = callers;
  }

  /**
   * Opens the folder that a token was issued for.
   *
   * @throws LakeException PERMISSION_DENIED if the token is not ours, over, for reading only though
   *     it is to be written, or the right is gone
   */
  Opened open(String token, AccessOperation operation) {
    AccessGrant grant = tokens.read(token);
    if (operation == AccessOperation.READ_WRITE
        && grant.operation() != AccessOperation.READ_WRITE) {
      throw AccessErrors.readOnly();
    }
    try {
      require(callers.apply(grant.principalId()), grant);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.PERMISSION_DENIED
          ? AccessErrors.withdrawn()
          : e;
    }
    return new Opened(storage.scoped(grant.folder()), grant);
  }

  private void require(Caller caller, AccessGrant grant) {
    switch (grant.owner()) {
      case TABLE, STAGING_TABLE -> access.requireTable(caller, grant.id(), grant.operation());
      case VOLUME -> access.requireVolume(caller, grant.id(), grant.operation());
      case REGISTERED_MODEL -> rights.requireModel(caller, grant);
    }
  }
}
