package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The Databricks token API: the caller's own tokens, and tokens on behalf of others. */
public final class TokenRoutes implements Routes {
  static final Endpoint CREATE =
      new Endpoint(Method.POST, "/api/2.0/token/create", "createToken")
          .requires(Permission.authenticated("makes a token for the caller itself"));
  static final Endpoint LIST =
      new Endpoint(Method.GET, "/api/2.0/token/list", "listTokens")
          .requires(Permission.authenticated("only the caller's own tokens, without their values"));
  static final Endpoint DELETE =
      new Endpoint(Method.POST, "/api/2.0/token/delete", "deleteToken")
          .requires(Permission.authenticated("the caller's own; an administrator's reach is all"));
  static final Endpoint CREATE_FOR =
      new Endpoint(
              Method.POST, "/api/2.0/token-management/on-behalf-of/tokens", "createTokenOnBehalfOf")
          .requires(Permission.administrator());

  private final TokenService tokens;

  public TokenRoutes(TokenService tokens) {
    this.tokens = tokens;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(DELETE, ErrorFormat.DATABRICKS, this::delete);
    api.handle(CREATE_FOR, ErrorFormat.DATABRICKS, this::createFor);
  }

  record CreateBody(
      @JsonProperty("comment") Optional<String> comment,
      @JsonProperty("lifetime_seconds") Optional<Long> lifetimeSeconds,
      @JsonProperty("application_id") Optional<String> applicationId) {
    Duration lifetime() {
      // Databricks clients send -1 for the longest possible.
      return lifetimeSeconds
          .map(seconds -> seconds == -1 ? TokenService.MAX_LIFETIME : Duration.ofSeconds(seconds))
          .orElse(TokenService.DEFAULT_LIFETIME);
    }
  }

  record DeleteBody(@JsonProperty("token_id") Optional<String> tokenId) {}

  record CreatedBody(
      @JsonProperty("token_value") String tokenValue,
      @JsonProperty("token_info") TokenInfo tokenInfo) {}

  record ListBody(@JsonProperty("token_infos") List<TokenInfo> tokenInfos) {}

  /** Times are in milliseconds since 1970. */
  record TokenInfo(
      @JsonProperty("token_id") String tokenId,
      @JsonProperty("creation_time") long creationTime,
      @JsonProperty("expiry_time") long expiryTime,
      @JsonProperty("comment") String comment,
      @JsonProperty("last_used_time") Optional<Long> lastUsedTime) {
    static TokenInfo of(Token token) {
      return new TokenInfo(
          token.id().toString(),
          token.createdAt().toEpochMilli(),
          token.expiresAt().map(Instant::toEpochMilli).orElse(-1L),
          token.comment().orElse(""),
          token.lastUsedAt().map(Instant::toEpochMilli));
    }
  }

  private Reply create(Request request) {
    CreateBody body = request.json(CreateBody.class);
    return created(tokens.create(request.caller(), body.comment().orElse(""), body.lifetime()));
  }

  private Reply createFor(Request request) {
    CreateBody body = request.json(CreateBody.class);
    String principal =
        body.applicationId().orElseThrow(() -> HttpErrors.missingParameter("application_id"));
    return created(
        tokens.createFor(request.caller(), principal, body.comment().orElse(""), body.lifetime()));
  }

  private static Reply created(NewToken token) {
    return Reply.of(new CreatedBody(token.value(), TokenInfo.of(token.token())))
        .withHeader("Cache-Control", "no-store");
  }

  private Reply list(Request request) {
    return Reply.of(
        new ListBody(tokens.list(request.caller()).stream().map(TokenInfo::of).toList()));
  }

  private Reply delete(Request request) {
    String id =
        request
            .json(DeleteBody.class)
            .tokenId()
            .orElseThrow(() -> HttpErrors.missingParameter("token_id"));
    tokens.revoke(request.caller(), uuid(id));
    return Reply.empty();
  }

  private static UUID uuid(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw IdentityErrors.tokenNotFound(id);
    }
  }
}
