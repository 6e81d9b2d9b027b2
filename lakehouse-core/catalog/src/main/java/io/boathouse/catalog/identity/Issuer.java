package io.boathouse.catalog.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One OpenID provider. Its tokens are checked as RFC 8725 advises: the algorithm against a list,
 * the key by what the issuer publishes and never by what the token offers, then issuer, audience
 * and times.
 */
final class Issuer {
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final int SMALLEST_RSA = 2048;

  private final IssuerConfig config;
  private final PrincipalRepository principals;
  private final InstantSource clock;
  private final IssuerKeys keys;

  Issuer(IssuerConfig config, PrincipalRepository principals, InstantSource clock) {
    this.config = config;
    this.principals = principals;
    this.clock = clock;
    this.keys = new IssuerKeys(config, clock);
  }

  Optional<BearerVerifier.Proof> verify(SignedJWT token) throws ParseException {
    return verify(token, config.audiences());
  }

  /** Whom a token of a sign-in is about; its audience is the client that asked for it. */
  Optional<Principal> signedIn(SignedJWT token) throws ParseException {
    return verify(token, config.clientId().stream().toList())
        .map(BearerVerifier.Proof::principal)
        .filter(principal -> principal.kind() == Principal.Kind.USER);
  }

  private Optional<BearerVerifier.Proof> verify(SignedJWT token, List<String> audiences)
      throws ParseException {
    if (!config.algorithms().contains(token.getHeader().getAlgorithm().getName())
        || !signed(token)) {
      return Optional.empty();
    }
    JWTClaimsSet claims = token.getJWTClaimsSet();
    if (!inTime(claims) || claims.getAudience().stream().noneMatch(audiences::contains)) {
      return Optional.empty();
    }
    return principal(claims)
        .map(
            principal ->
                new BearerVerifier.Proof(
                    principal,
                    config.issuer() + " " + Optional.ofNullable(claims.getJWTID()).orElse("-"),
                    Set.of(),
                    Optional.of(claims.getExpirationTime().toInstant())));
  }

  private boolean signed(SignedJWT token) {
    JWSHeader header = token.getHeader();
    for (JWK key : keys.candidates(header)) {
      try {
        JWSVerifier verifier = verifier(key);
        if (verifier != null
            && verifier.supportedJWSAlgorithms().contains(header.getAlgorithm())
            && token.verify(verifier)) {
          return true;
        }
      } catch (JOSEException unusable) {
        // Another key may do.
      }
    }
    return false;
  }

  private static @Nullable JWSVerifier verifier(JWK key) throws JOSEException {
    return switch (key) {
      case RSAKey rsa -> rsa.size() < SMALLEST_RSA ? null : new RSASSAVerifier(rsa);
      case ECKey ec -> new ECDSAVerifier(ec);
      default -> null;
    };
  }

  private boolean inTime(JWTClaimsSet claims) {
    Instant now = clock.instant();
    Date end = claims.getExpirationTime();
    Date start = claims.getNotBeforeTime();
    Date made = claims.getIssueTime();
    return end != null
        && now.isBefore(end.toInstant())
        && (start == null || !start.toInstant().isAfter(now.plus(SKEW)))
        && (made == null || !made.toInstant().isAfter(now.plus(SKEW)));
  }

  /** An address counts only where the provider says that it is whose it says. */
  private Optional<Principal> principal(JWTClaimsSet claims) throws ParseException {
    String name = claims.getStringClaim(config.principalClaim());
    boolean verified =
        !config.principalClaim().equals("email")
            || Boolean.TRUE.equals(claims.getClaim("email_verified"));
    boolean ending =
        name != null
            && (config.principalSuffixes().isEmpty()
                || config.principalSuffixes().stream().anyMatch(name::endsWith));
    if (!ending || !verified || name.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    return principals
        .find(name)
        .filter(Principal::active)
        .filter(
            found ->
                found.kind() == Principal.Kind.USER
                    || found.kind() == Principal.Kind.SERVICE_PRINCIPAL);
  }
}
