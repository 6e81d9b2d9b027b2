package io.boathouse.catalog.identity;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.secret.SecretBox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Puts together who there is and how they prove it. */
public final class IdentityAssembly {
  private final PrincipalService principals;
  private final TokenService tokens;
  private final TokenAuthenticator authenticator;
  private final SystemCallers systemCallers;
  private final List<Routes> routes;

  /**
   * What it stands on.
   *
   * @param secrets seals private keys
   */
  public record Foundation(
      Database database, IdentityConfig config, SecretBox secrets, InstantSource clock) {}

  /** Who decides, and where it is recorded. */
  public record Governance(Authorizer authorizer, AccessStamp stamp, AuditLog audit) {}

  /** Creates the services over the principals of this database. */
  public IdentityAssembly(Foundation foundation, Governance governance, Installation installation) {
    Database database = foundation.database();
    InstantSource clock = foundation.clock();
    Authorizer authorizer = governance.authorizer();
    AccessStamp stamp = governance.stamp();
    AuditLog audit = governance.audit();
    principals = new PrincipalService(database, authorizer, stamp, audit, clock);
    tokens = new TokenService(database, authorizer, stamp, audit, clock);
    systemCallers = new SystemCallers(database, stamp, clock);
    LoginFailures failures = new LoginFailures(audit, clock);
    Duration lifetime = foundation.config().accessTokenLifetime();
    AccessKeys keys = new AccessKeys(database, foundation.secrets(), clock, lifetime);
    AccessTokens accessTokens = new AccessTokens(keys, database, clock, lifetime, installation);
    Issuers issuers = new Issuers(foundation.config().issuers().values(), database, clock);
    authenticator =
        new TokenAuthenticator(
            new TokenAuthenticator.Parts(database, stamp, clock, failures),
            List.of(new StoredTokens(database, clock), new SignedTokens(accessTokens, issuers)));
    routes =
        List.of(
            new TokenRoutes(tokens),
            new ScimRoutes(
                new ScimService(database, principals, authorizer, audit), principals, installation),
            new ClientSecretRoutes(
                new ClientSecretService(database, authorizer, stamp, audit, clock), installation),
            new OauthRoutes(
                new OauthService(
                    database,
                    accessTokens,
                    keys,
                    new OauthService.Governance(authorizer, stamp, audit, failures),
                    clock),
                installation),
            new SignInRoutes(
                new SignInService(
                    foundation.config().issuers(), issuers, tokens, foundation.secrets(), clock),
                tokens),
            new SessionRoutes(
                foundation.config().issuers(), tokens, new SignInCodes(database, tokens, clock)),
            new DiscoveryRoutes(installation));
  }

  public PrincipalService principals() {
    return principals;
  }

  public TokenService tokens() {
    return tokens;
  }

  public Authenticator authenticator() {
    return authenticator;
  }

  public SystemCallers systemCallers() {
    return systemCallers;
  }

  /** The endpoints of principals, tokens and discovery. */
  public List<Routes> routes() {
    return routes;
  }
}
