package io.boathouse.catalog.identity;

import com.nimbusds.jose.jwk.ECKey;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives access tokens for secrets. Thread-safe; every method blocks on the metadata database. */
final class OauthService {
  private final ClientSecretRepository secrets;
  private final PrincipalRepository principals;
  private final AccessTokens tokens;
  private final AccessKeys keys;
  private final Governance governance;
  private final Database database;
  private final InstantSource clock;

  /** Who decides, and what is told of it. */
  record Governance(
      Authorizer authorizer, AccessStamp stamp, AuditLog audit, LoginFailures failures) {}

  OauthService(
      Database database,
      AccessTokens tokens,
      AccessKeys keys,
      Governance governance,
      InstantSource clock) {
    this.database = database;
    this.secrets = new ClientSecretRepository(database);
    this.principals = new PrincipalRepository(database);
    this.tokens = tokens;
    this.keys = keys;
    this.governance = governance;
    this.clock = clock;
  }

  /** Who asks for a token, and by which request. Prints without the secret. */
  record Client(String id, String secret, String requestId) {
    @Override
    public String toString() {
      return "Client[id=" + id + ", secret=***]";
    }
  }

  /**
   * A token for a service principal; the call has no caller yet, as the client logs in by it.
   *
   * @throws io.boathouse.platform.error.LakeException UNAUTHENTICATED, in the same words for every
   *     cause
   */
  AccessTokens.Issued clientCredentials(String issuer, Client client, Set<String> scopes) {
    Instant now = clock.instant();
    byte[] presented = TokenValue.hash(client.secret());
    Optional<ClientSecret> secret =
        secrets
            .findByValue(client.secret())
            .filter(
                found ->
                    MessageDigest.isEqual(TokenValue.bytes(found.hash()), presented)
                        && now.isBefore(found.expiresAt()));
    Optional<Principal> principal =
        secret
            .flatMap(found -> principals.find(found.principalId()))
            .filter(Principal::active)
            .filter(found -> found.name().equalsIgnoreCase(client.id()));
    if (secret.isEmpty() || principal.isEmpty()) {
      governance
          .failures()
          .failed(
              "client " + TokenAuthenticator.shortened(client.id()), "no such client or secret");
      throw IdentityErrors.invalidClient();
    }
    Set<String> granted = TokenScopes.handedOn(Set.of(), scopes).orElse(scopes);
    AccessTokens.Issued issued = tokens.issue(issuer, principal.get(), secret.get(), granted);
    governance
        .audit()
        .recorded(
            new Caller(
                principal.get().id(),
                principal.get().name(),
                Caller.Kind.SERVICE_PRINCIPAL,
                Set.of(),
                Optional.of(secret.get().id().toString()),
                client.requestId(),
                "",
                ""),
            "ISSUE_TOKEN",
            Map.of("secret_id", secret.get().id().toString(), "token_id", issued.id()));
    return issued;
  }

  /** The public halves of the keys. */
  List<ECKey> keys() {
    return keys.published();
  }

  /** Forgets all keys: no access token that is out is good any more. For administrators. */
  void replaceKeys(Caller caller) {
    database.useTransaction(
        () -> {
          governance.authorizer().requireAdministrator(caller, "replace keys");
          keys.replace();
          governance.stamp().changed();
          governance.audit().recorded(caller, "REPLACE_KEYS", Map.of());
        });
  }
}
