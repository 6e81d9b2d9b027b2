package io.boathouse.catalog.identity;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Secrets of service principals; for administrators. Their values are shown once, and every one
 * expires. Thread-safe; every method blocks on the metadata database.
 */
public final class ClientSecretService {
  /** How many a service principal may have, so that one can follow another. */
  static final int MOST_SECRETS = 5;

  private static final Duration MAX_LIFETIME = Duration.ofDays(730);

  private final Database database;
  private final Authorizer authorizer;
  private final AccessStamp stamp;
  private final AuditLog audit;
  private final InstantSource clock;
  private final ClientSecretRepository secrets;
  private final PrincipalRepository principals;

  ClientSecretService(
      Database database,
      Authorizer authorizer,
      AccessStamp stamp,
      AuditLog audit,
      InstantSource clock) {
    this.database = database;
    this.authorizer = authorizer;
    this.stamp = stamp;
    this.audit = audit;
    this.clock = clock;
    this.secrets = new ClientSecretRepository(database);
    this.principals = new PrincipalRepository(database);
  }

  /** Makes a secret. As it may get tokens for everything, a token with scopes cannot make one. */
  public NewClientSecret create(Caller caller, UUID servicePrincipal, Duration lifetime) {
    return database.inTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "make secrets");
          if (!caller.scopes().isEmpty()) {
            throw IdentityErrors.wideScope(caller.scopes());
          }
          if (lifetime.compareTo(Duration.ofSeconds(1)) < 0
              || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw IdentityErrors.badLifetime(lifetime.toSeconds(), MAX_LIFETIME.toSeconds());
          }
          Principal principal = principal(servicePrincipal);
          Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
          if (secrets.list(servicePrincipal, now).size() >= MOST_SECRETS) {
            throw IdentityErrors.tooManySecrets(MOST_SECRETS);
          }
          String value = TokenValue.generateSecret();
          ClientSecret secret =
              new ClientSecret(
                  UUID.randomUUID(),
                  servicePrincipal,
                  ClientSecret.hash(value),
                  now,
                  caller.principal(),
                  now.plus(lifetime));
          secrets.insert(secret);
          audit.recorded(caller, "CREATE_SECRET", parameters(secret.id(), principal));
          return new NewClientSecret(secret, value);
        });
  }

  /** Those that have not expired, oldest first. */
  public List<ClientSecret> list(Caller caller, UUID servicePrincipal) {
    authorizer.requireAdministrator(caller, "list secrets");
    Principal unused = principal(servicePrincipal);
    return secrets.list(servicePrincipal, clock.instant());
  }

  /** When this returns, no access token that was had for the secret is any good here. */
  public void delete(Caller caller, UUID servicePrincipal, UUID id) {
    database.useTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "delete secrets");
          Principal principal = principal(servicePrincipal);
          if (!secrets.delete(servicePrincipal, id)) {
            throw IdentityErrors.secretNotFound(id.toString());
          }
          stamp.changed();
          audit.recorded(caller, "DELETE_SECRET", parameters(id, principal));
        });
  }

  private Principal principal(UUID id) {
    Principal.Kind kind = Principal.Kind.SERVICE_PRINCIPAL;
    return principals
        .find(id)
        .filter(found -> found.kind() == kind)
        .orElseThrow(() -> IdentityErrors.notFound(kind, id.toString()));
  }

  private static Map<String, String> parameters(UUID secret, Principal principal) {
    return Map.of("secret_id", secret.toString(), "principal", principal.name());
  }
}
