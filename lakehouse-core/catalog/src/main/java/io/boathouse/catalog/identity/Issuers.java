package io.boathouse.catalog.identity;

import com.nimbusds.jwt.SignedJWT;
import io.boathouse.platform.db.Database;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The OpenID providers whose tokens are accepted. Any other issuer is nobody. */
final class Issuers {
  private final Map<String, Issuer> byName;

  Issuers(Collection<IssuerConfig> configs, Database database, InstantSource clock) {
    PrincipalRepository principals = new PrincipalRepository(database);
    this.byName =
        configs.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    IssuerConfig::issuer, config -> new Issuer(config, principals, clock)));
  }

  Optional<BearerVerifier.Proof> verify(SignedJWT token) throws ParseException {
    String issuer = token.getJWTClaimsSet().getIssuer();
    Issuer known = issuer == null ? null : byName.get(issuer);
    return known == null ? Optional.empty() : known.verify(token);
  }

  /** Whom a token is about that this issuer gave for a sign-in. */
  Optional<Principal> signedIn(String issuer, SignedJWT token) throws ParseException {
    Issuer known = byName.get(issuer);
    return known == null || !issuer.equals(token.getJWTClaimsSet().getIssuer())
        ? Optional.empty()
        : known.signedIn(token);
  }
}
