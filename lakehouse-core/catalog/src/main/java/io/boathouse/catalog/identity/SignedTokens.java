package io.boathouse.catalog.identity;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Optional;

/**
 * Tokens that are JSON Web Tokens: our own access tokens, and those of the issuers that are
 * configured. What a token's header offers as a key, or as the address of one, refuses it.
 */
final class SignedTokens implements BearerVerifier {
  private static final int LONGEST = 12 << 10;

  private final AccessTokens ours;
  private final Issuers issuers;

  SignedTokens(AccessTokens ours, Issuers issuers) {
    this.ours = ours;
    this.issuers = issuers;
  }

  @Override
  public boolean plausible(String value) {
    return value.startsWith("ey") && value.length() <= LONGEST && value.indexOf('.') > 0;
  }

  @Override
  public Optional<Proof> verify(String value) {
    try {
      SignedJWT token = SignedJWT.parse(value);
      if (carriesKeys(token.getHeader())) {
        return Optional.empty();
      }
      return ours.ours(token) ? ours.verify(token) : issuers.verify(token);
    } catch (ParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean carriesKeys(JWSHeader header) {
    return header.getJWK() != null
        || header.getJWKURL() != null
        || header.getX509CertURL() != null
        || header.getX509CertChain() != null
        || header.getCriticalParams() != null
        || !header.isBase64URLEncodePayload();
  }
}
