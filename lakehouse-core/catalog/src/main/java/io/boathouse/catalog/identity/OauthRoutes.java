package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.nimbusds.jose.jwk.ECKey;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * OAuth 2.0 between machines (RFC 6749 section 4.4), on the paths of Databricks, with metadata (RFC
 * 8414) and keys (RFC 7517) where clients look for them.
 */
final class OauthRoutes implements Routes {
  private static final Permission OPEN =
      Permission.open("clients ask before they log in; it tells only addresses and public keys");
  private static final Permission LOGIN =
      Permission.open("the client's secret is in the request, and is checked here");

  static final Endpoint TOKEN =
      new Endpoint(Method.POST, "/oidc/v1/token", "oauthToken").requires(LOGIN);
  static final Endpoint METADATA =
      new Endpoint(
              Method.GET,
              "/oidc/.well-known/oauth-authorization-server",
              "oauthAuthorizationServer")
          .requires(OPEN);
  static final Endpoint KEYS =
      new Endpoint(Method.GET, "/oidc/jwks.json", "oauthKeys").requires(OPEN);
  static final Endpoint REPLACE_KEYS =
      new Endpoint(Method.POST, "/api/2.0/boathouse/oauth/keys/replace", "replaceOauthKeys")
          .requires(Permission.administrator());

  private final OauthService oauth;
  private final Installation installation;

  OauthRoutes(OauthService oauth, Installation installation) {
    this.oauth = oauth;
    this.installation = installation;
  }

  @Override
  public void mount(Api api) {
    api.handle(TOKEN, ErrorFormat.OAUTH, this::token);
    api.handle(
        TOKEN.at("/oidc/accounts/:account_id/v1/token", "Account"),
        ErrorFormat.OAUTH,
        installation.inAccount(this::token));
    api.challenge(TOKEN.path(), origin -> "Basic realm=\"boathouse\"");
    api.handle(METADATA, ErrorFormat.OAUTH, this::metadata);
    api.handle(
        METADATA.at("/.well-known/oauth-authorization-server", "Root"),
        ErrorFormat.OAUTH,
        this::metadata);
    api.handle(
        METADATA.at("/.well-known/oauth-authorization-server/oidc", "Oidc"),
        ErrorFormat.OAUTH,
        this::metadata);
    api.handle(KEYS, ErrorFormat.OAUTH, this::keys);
    api.handle(REPLACE_KEYS, ErrorFormat.DATABRICKS, this::replaceKeys);
  }

  record TokenBody(
      @JsonProperty("access_token") String accessToken,
      @JsonProperty("token_type") String tokenType,
      @JsonProperty("expires_in") long expiresIn,
      @JsonProperty("scope") String scope) {}

  record MetadataBody(
      @JsonProperty("issuer") String issuer,
      @JsonProperty("token_endpoint") String tokenEndpoint,
      @JsonProperty("jwks_uri") String jwksUri,
      @JsonProperty("scopes_supported") Set<String> scopes,
      @JsonProperty("response_types_supported") List<String> responseTypes,
      @JsonProperty("grant_types_supported") List<String> grantTypes,
      @JsonProperty("token_endpoint_auth_methods_supported") List<String> authMethods) {}

  private Reply token(Request request) {
    String grant =
        request.form("grant_type").orElseThrow(() -> HttpErrors.missingParameter("grant_type"));
    if (!grant.equals("client_credentials")) {
      throw IdentityErrors.unsupportedGrant(grant);
    }
    Set<String> scopes = new TreeSet<>();
    for (String scope : request.form("scope").orElse("").split(" ", -1)) {
      if (!scope.isEmpty()) {
        scopes.add(scope);
      }
    }
    AccessTokens.Issued issued = oauth.clientCredentials(issuer(request), client(request), scopes);
    String scope =
        issued.scopes().isEmpty()
            ? TokenScopes.ALL
            : String.join(" ", new TreeSet<>(issued.scopes()));
    return Reply.of(new TokenBody(issued.value(), "Bearer", issued.lifetime().toSeconds(), scope))
        .withHeader("Cache-Control", "no-store");
  }

  /** By HTTP Basic or in the body, but not by both (RFC 6749 section 2.3). */
  private static OauthService.Client client(Request request) {
    Optional<String> secret = request.form("client_secret");
    Optional<String> id = request.form("client_id");
    if (request.header("authorization").isEmpty()) {
      if (id.isEmpty() || secret.isEmpty()) {
        throw IdentityErrors.invalidClient();
      }
      return new OauthService.Client(id.get(), secret.get(), request.requestId());
    }
    if (secret.isPresent()) {
      throw HttpErrors.invalidParameter(
          "client_secret", "two", "a client that proves itself in one way");
    }
    if (request.credentials().orElse(null) instanceof Credentials.Basic basic) {
      return new OauthService.Client(
          decoded(basic.user()), decoded(basic.password()), request.requestId());
    }
    throw IdentityErrors.invalidClient();
  }

  /** Both halves are encoded as in a form (RFC 6749 appendix B). */
  private static String decoded(String half) {
    try {
      return URLDecoder.decode(half, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return half;
    }
  }

  private static String issuer(Request request) {
    return request.origin() + "/oidc";
  }

  private Reply metadata(Request request) {
    return Reply.of(
        new MetadataBody(
            issuer(request),
            request.origin() + TOKEN.path(),
            request.origin() + KEYS.path(),
            TokenScopes.known(),
            List.of(),
            List.of("client_credentials"),
            List.of("client_secret_basic", "client_secret_post")));
  }

  private Reply keys(Request request) {
    List<Map<String, Object>> keys = oauth.keys().stream().map(ECKey::toJSONObject).toList();
    return Reply.of(Map.of("keys", keys)).withHeader("Cache-Control", "public, max-age=300");
  }

  private Reply replaceKeys(Request request) {
    request.requireNoFields();
    oauth.replaceKeys(request.caller());
    return Reply.empty();
  }
}
