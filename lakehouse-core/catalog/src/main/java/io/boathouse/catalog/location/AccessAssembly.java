package io.boathouse.catalog.location;

import io.boathouse.catalog.commit.StagingCredentials;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.S3KeyVendor;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts temporary access together: what issues it, and what lets it in. */
public final class AccessAssembly {
  private static final int KEY_BYTES = 32;

  private final AccessService access;
  private final FileAccess files;
  private final TemporaryCredentialRoutes temporary;

  /** Where things are kept, and what gives keys to them. */
  public record Foundation(
      Database database, FileStore storage, S3KeyVendor vendor, InstantSource clock) {}

  /**
   * @param callers tells whose rights a principal has now
   */
  public AccessAssembly(
      Foundation foundation,
      AccessService.Governance governance,
      SecurableService securables,
      Function<UUID, Caller> callers) {
    AccessTokens tokens = new AccessTokens(key(foundation.database()), foundation.clock());
    access =
        new AccessService(
            governance,
            foundation.storage(),
            foundation.vendor(),
            new AccessService.Issued(tokens, new AccessLeaseRepository(foundation.database())),
            foundation.clock());
    files =
        new FileAccess(
            access,
            (caller, grant) ->
                access.requireModel(caller, securables.byId(caller, grant.id()), grant),
            foundation.storage(),
            tokens,
            callers);
    temporary = new TemporaryCredentialRoutes(access, securables);
  }

  /** The key is the same on every node and after every start; it is read at its first use. */
  private static Supplier<byte[]> key(Database database) {
    SigningKeyRepository repository = new SigningKeyRepository(database);
    AtomicReference<byte @Nullable []> kept = new AtomicReference<>();
    return () -> {
      byte[] key = kept.get();
      if (key == null) {
        key = stored(repository);
        kept.set(key);
      }
      return key;
    };
  }

  private static byte[] stored(SigningKeyRepository repository) {
    return repository
        .find()
        .orElseGet(
            () -> {
              byte[] fresh = new byte[KEY_BYTES];
              new SecureRandom().nextBytes(fresh);
              repository.insert(fresh);
              return repository.find().orElseThrow();
            });
  }

  public AccessService access() {
    return access;
  }

  /** What is given with a new staging table. */
  public StagingCredentials stagingCredentials() {
    return (caller, table) ->
        List.of(DeltaCredentialRoutes.Credential.of(access.staging(caller, table.id())));
  }

  /** The endpoints of this package. */
  public List<Routes> routes() {
    return List.of(temporary, new DeltaCredentialRoutes(access), new FileAccessRoutes(files));
  }
}
