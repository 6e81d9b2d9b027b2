package io.boathouse.catalog.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.boathouse.platform.db.Database;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Signed access tokens (RFC 9068) of service principals. They are short-lived, and good only while
 * the secret that they were had for is there and the principal has not been disabled since.
 */
final class AccessTokens {
  private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
  private static final String SECRET = "secret_id";
  private static final String PRINCIPAL = "principal_id";
  private static final String STAMP = "stamp";
  private static final String SCOPE = "scope";

  private final AccessKeys keys;
  private final ClientSecretRepository secrets;
  private final PrincipalRepository principals;
  private final InstantSource clock;
  private final Duration lifetime;
  private final Installation installation;

  /**
   * @param lifetime of every token
   */
  AccessTokens(
      AccessKeys keys,
      Database database,
      InstantSource clock,
      Duration lifetime,
      Installation installation) {
    this.keys = keys;
    this.secrets = new ClientSecretRepository(database);
    this.principals = new PrincipalRepository(database);
    this.clock = clock;
    this.lifetime = lifetime;
    this.installation = installation;
  }

  /**
   * A token at the one moment when it is known.
   *
   * @param scopes none for everything
   */
  record Issued(String value, String id, Duration lifetime, Set<String> scopes) {
    @Override
    public String toString() {
      return "Issued[id=" + id + ", value=***]";
    }
  }

  Issued issue(String issuer, Principal principal, ClientSecret secret, Set<String> scopes) {
    Instant now = clock.instant();
    ECKey key = keys.signing();
    String id = UUID.randomUUID().toString();
    String scope = scopes.isEmpty() ? TokenScopes.ALL : String.join(" ", new TreeSet<>(scopes));
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(installation.accountId())
            .subject(principal.name())
            .claim("client_id", principal.name())
            .claim(SCOPE, scope)
            .claim(PRINCIPAL, principal.id().toString())
            .claim(SECRET, secret.id().toString())
            .claim(STAMP, principals.stamp(principal.id()))
            .jwtID(id)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(lifetime)))
            .build();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).keyID(key.getKeyID()).build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("a key of ours cannot sign", e);
    }
    return new Issued(token.serialize(), id, lifetime, scopes);
  }

  /** Whether a token names one of our keys; whether it is good, {@link #verify} tells. */
  boolean ours(SignedJWT token) {
    String key = token.getHeader().getKeyID();
    return TYPE.equals(token.getHeader().getType())
        && key != null
        && keys.verifying(key).isPresent();
  }

  Optional<BearerVerifier.Proof> verify(SignedJWT token) {
    JWSHeader header = token.getHeader();
    String keyId = header.getKeyID();
    if (keyId == null || !header.getAlgorithm().equals(JWSAlgorithm.ES256)) {
      return Optional.empty();
    }
    try {
      Optional<ECKey> key = keys.verifying(keyId);
      if (key.isEmpty() || !token.verify(new ECDSAVerifier(key.get()))) {
        return Optional.empty();
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      return claims.getAudience().contains(installation.accountId())
          ? proof(claims)
          : Optional.empty();
    } catch (JOSEException | ParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<BearerVerifier.Proof> proof(JWTClaimsSet claims) throws ParseException {
    Instant now = clock.instant();
    Instant end = claims.getExpirationTime().toInstant();
    UUID principalId = UUID.fromString(claims.getStringClaim(PRINCIPAL));
    UUID secretId = UUID.fromString(claims.getStringClaim(SECRET));
    boolean secretThere =
        secrets
            .find(secretId)
            .filter(secret -> secret.principalId().equals(principalId))
            .filter(secret -> now.isBefore(secret.expiresAt()))
            .isPresent();
    if (!now.isBefore(end)
        || !secretThere
        || claims.getLongClaim(STAMP) != principals.stamp(principalId)) {
      return Optional.empty();
    }
    String scope = claims.getStringClaim(SCOPE);
    Set<String> scopes = scope.equals(TokenScopes.ALL) ? Set.of() : Set.of(scope.split(" ", -1));
    return principals
        .find(principalId)
        .filter(Principal::active)
        .filter(principal -> principal.kind() == Principal.Kind.SERVICE_PRINCIPAL)
        .map(
            principal ->
                new BearerVerifier.Proof(
                    principal, String.valueOf(claims.getJWTID()), scopes, Optional.of(end)));
  }
}
