package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.secret.Secret;
import io.boathouse.platform.secret.SecretBox;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs people in by a configured OpenID provider: authorization code (OpenID Connect Core section
 * 3.1) with PKCE (RFC 7636), state and nonce. What the two halves of it share goes sealed through
 * the browser, so nothing is kept for those who never come back.
 */
final class SignInService {
  /** How long somebody stays signed in. */
  static final Duration SESSION = Duration.ofHours(8);

  /** How long somebody stays signed in who does nothing. */
  static final Duration IDLE = Duration.ofHours(1);

  /** How long signing in may take. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Logger log = LoggerFactory.getLogger(SignInService.class);
  private static final String PURPOSE = "sign-in";

  private final Map<String, IssuerConfig> issuers;
  private final Issuers verifiers;
  private final TokenService tokens;
  private final SecretBox secrets;
  private final InstantSource clock;

  SignInService(
      Map<String, IssuerConfig> issuers,
      Issuers verifiers,
      TokenService tokens,
      SecretBox secrets,
      InstantSource clock) {
    this.issuers = issuers;
    this.verifiers = verifiers;
    this.tokens = tokens;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * Where the browser goes, and what it brings back.
   *
   * @param pending for a cookie
   */
  record Started(URI address, String pending) {}

  record Pending(
      @JsonProperty("issuer") String issuer,
      @JsonProperty("state") String state,
      @JsonProperty("nonce") String nonce,
      @JsonProperty("verifier") String verifier,
      @JsonProperty("until") long untilMillis) {}

  /**
   * @param redirect where the provider sends the browser afterwards
   */
  Started start(String name, String redirect) {
    IssuerConfig config = config(name);
    Pending pending =
        new Pending(
            name,
            TokenValue.random(),
            TokenValue.random(),
            TokenValue.random(),
            clock.instant().plus(PATIENCE).toEpochMilli());
    String challenge =
        Base64.getUrlEncoder().withoutPadding().encodeToString(TokenValue.hash(pending.verifier()));
    String query =
        form(
            Map.of(
                "response_type",
                "code",
                "client_id",
                config.clientId().orElseThrow(),
                "redirect_uri",
                redirect,
                "scope",
                "openid email profile",
                "state",
                pending.state(),
                "nonce",
                pending.nonce(),
                "code_challenge",
                challenge,
                "code_challenge_method",
                "S256"));
    try {
      URI authorization = new IssuerHttp(config.issuer()).discovered("authorization_endpoint");
      String separator = authorization.getQuery() == null ? "?" : "&";
      byte[] sealed = secrets.seal(new Secret(Json.writeText(pending)), PURPOSE);
      return new Started(
          URI.create(authorization + separator + query),
          Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
    } catch (IOException e) {
      log.warn("Nobody can sign in by {}: {}", config.issuer(), e.toString());
      throw IdentityErrors.providerSilent(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw IdentityErrors.providerSilent(name);
    }
  }

  /**
   * What the browser brought back.
   *
   * @param pending from the cookie
   */
  record Returned(String name, String code, String state, String pending, String redirect) {}

  /** A token for whom the provider vouches; the one message says nothing of what was wrong. */
  NewToken finish(Returned returned, String requestId) {
    IssuerConfig config = config(returned.name());
    Pending pending =
        opened(returned.pending())
            .filter(found -> found.issuer().equals(returned.name()))
            .filter(found -> clock.instant().isBefore(Instant.ofEpochMilli(found.untilMillis())))
            .filter(found -> same(found.state(), returned.state()))
            .orElseThrow(IdentityErrors::signInFailed);
    try {
      SignedJWT token = SignedJWT.parse(idToken(config, pending, returned));
      JWTClaimsSet claims = token.getJWTClaimsSet();
      String nonce = claims.getStringClaim("nonce");
      Principal principal =
          verifiers
              .signedIn(config.issuer(), token)
              .filter(found -> nonce != null && same(pending.nonce(), nonce))
              .orElseThrow(IdentityErrors::signInFailed);
      Caller caller =
          new Caller(
              principal.id(),
              principal.name(),
              Caller.Kind.USER,
              Set.of(),
              Optional.empty(),
              requestId,
              "",
              "");
      return tokens.create(
          caller, TokenService.Wish.session("signed in by " + returned.name(), SESSION, IDLE));
    } catch (IOException | ParseException | IllegalArgumentException e) {
      log.warn("Signing in by {} failed: {}", config.issuer(), e.toString());
      throw IdentityErrors.signInFailed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw IdentityErrors.signInFailed();
    }
  }

  private static String idToken(IssuerConfig config, Pending pending, Returned returned)
      throws IOException, InterruptedException {
    IssuerHttp http = new IssuerHttp(config.issuer());
    Map<String, String> fields = new TreeMap<>();
    fields.put("grant_type", "authorization_code");
    fields.put("code", returned.code());
    fields.put("redirect_uri", returned.redirect());
    fields.put("client_id", config.clientId().orElseThrow());
    fields.put("code_verifier", pending.verifier());
    config.clientSecret().map(Secret::reveal).ifPresent(it -> fields.put("client_secret", it));
    JsonNode reply = http.post(http.discovered("token_endpoint"), form(fields));
    return reply.path("id_token").asText();
  }

  private IssuerConfig config(String name) {
    return Optional.ofNullable(issuers.get(name))
        .filter(config -> config.clientId().isPresent())
        .orElseThrow(() -> IdentityErrors.noSuchProvider(name));
  }

  private Optional<Pending> opened(String pending) {
    try {
      Secret json = secrets.open(Base64.getUrlDecoder().decode(pending), PURPOSE);
      return Optional.of(Json.parse(json.reveal().getBytes(StandardCharsets.UTF_8), Pending.class));
    } catch (IllegalArgumentException | LakeException e) {
      return Optional.empty();
    }
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(TokenValue.hash(one), TokenValue.hash(other));
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
