package io.boathouse.catalog.identity;

import io.boathouse.platform.secret.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Settings under {@code auth.issuers:} of one OpenID provider whose tokens are accepted.
 *
 * @param issuer as it stands in {@code iss}, to the letter
 * @param jwksUri where its keys are; without it the provider's discovery document tells, which may
 *     only name an address of the issuer itself
 * @param audiences of which a token's {@code aud} has to hold one
 * @param algorithms of signatures; only those of public keys are possible
 * @param principalClaim the claim that is the name of a user or service principal here
 * @param principalSuffixes of which names have to end with one, if there are any
 * @param clientId under which the provider knows this server; with it browsers can sign in there
 * @param clientSecret of that client, if it has one
 */
public record IssuerConfig(
    String issuer,
    Optional<String> jwksUri,
    List<String> audiences,
    List<String> algorithms,
    String principalClaim,
    List<String> principalSuffixes,
    Optional<String> clientId,
    Optional<Secret> clientSecret) {
  /** What holds where nothing is said; there is no usual issuer or audience. */
  public static final IssuerConfig DEFAULTS =
      new IssuerConfig(
          "",
          Optional.empty(),
          List.of(),
          List.of("RS256", "ES256"),
          "email",
          List.of(),
          Optional.empty(),
          Optional.empty());

  private static final Set<String> POSSIBLE =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  public IssuerConfig {
    audiences = List.copyOf(audiences);
    algorithms = List.copyOf(algorithms);
    principalSuffixes = List.copyOf(principalSuffixes);
  }

  /**
   * @param name under which these settings stand
   */
  void check(String name) {
    checkAddress(name + ".issuer", issuer);
    jwksUri.ifPresent(address -> checkAddress(name + ".jwks_uri", address));
    if (audiences.isEmpty()) {
      throw new IllegalArgumentException(
          name + ".audiences: none (expected: at least one, which tokens for this server carry)");
    }
    for (String algorithm : algorithms) {
      if (!POSSIBLE.contains(algorithm)) {
        throw new IllegalArgumentException(
            "%s.algorithms: %s (expected: some of %s)".formatted(name, algorithm, POSSIBLE));
      }
    }
    if (algorithms.isEmpty() || principalClaim.isBlank()) {
      throw new IllegalArgumentException(
          name + ".algorithms, principal_claim: empty (expected: a value)");
    }
  }

  private static void checkAddress(String name, String address) {
    try {
      URI uri = new URI(address);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
      boolean safe =
          uri.getHost() != null
              && uri.getUserInfo() == null
              && uri.getFragment() == null
              && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(host)));
      if (safe) {
        return;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "%s: '%s' (expected: an https address, or http on loopback)".formatted(name, address));
  }
}
