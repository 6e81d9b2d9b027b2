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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The Databricks token API: the caller's own tokens, and tokens on behalf of others. */
final class TokenRoutes implements Routes {
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

  static final Endpoint LIST_ALL =
      new Endpoint(Method.GET, "/api/2.0/token-management/tokens", "listAllTokens")
          .requires(Permission.administrator());
  static final Endpoint GET =
      new Endpoint(Method.GET, "/api/2.0/token-management/tokens/:token_id", "getToken")
          .requires(Permission.authenticated("the caller's own; an administrator's reach is all"));
  static final Endpoint REVOKE =
      new Endpoint(Method.DELETE, "/api/2.0/token-management/tokens/:token_id", "revokeToken")
          .requires(Permission.authenticated("the caller's own; an administrator's reach is all"));

  private final TokenService tokens;

  TokenRoutes(TokenService tokens) {
    this.tokens = tokens;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(DELETE, ErrorFormat.DATABRICKS, this::delete);
    api.handle(CREATE_FOR, ErrorFormat.DATABRICKS, this::createFor);
    api.handle(LIST_ALL, ErrorFormat.DATABRICKS, this::listAll);
    api.handle(GET, ErrorFormat.DATABRICKS, this::get);
    api.handle(REVOKE, ErrorFormat.DATABRICKS, this::revoke);
  }

  record CreateBody(
      @JsonProperty("comment") Optional<String> comment,
      @JsonProperty("lifetime_seconds") Optional<Long> lifetimeSeconds,
      @JsonProperty("scopes") Optional<List<String>> scopes,
      @JsonProperty("application_id") Optional<String> applicationId) {
    TokenService.Wish wish() {
      return new TokenService.Wish(
          comment.orElse(""), lifetime(), Set.copyOf(scopes.orElse(List.of())));
    }

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
      @JsonProperty("scopes") Optional<Set<String>> scopes,
      @JsonProperty("last_used_time") Optional<Long> lastUsedTime) {
    static TokenInfo of(Token token) {
      return new TokenInfo(
          token.id().toString(),
          token.createdAt().toEpochMilli(),
          token.expiresAt().map(Instant::toEpochMilli).orElse(-1L),
          token.comment().orElse(""),
          Optional.<Set<String>>of(new TreeSet<>(token.scopes())).filter(all -> !all.isEmpty()),
          token.lastUsedAt().map(Instant::toEpochMilli));
    }
  }

  /**
   * As administrators see it. The protocol's numbers of owner and maker are left out, because ours
   * are no numbers; their names say who they are.
   */
  record ManagedToken(
      @JsonProperty("token_id") String tokenId,
      @JsonProperty("owner_username") String ownerUsername,
      @JsonProperty("created_by_username") String createdByUsername,
      @JsonProperty("creation_time") long creationTime,
      @JsonProperty("expiry_time") long expiryTime,
      @JsonProperty("comment") String comment,
      @JsonProperty("scopes") Optional<Set<String>> scopes,
      @JsonProperty("last_used_day") Optional<Long> lastUsedDay) {
    static ManagedToken of(Token token) {
      TokenInfo info = TokenInfo.of(token);
      return new ManagedToken(
          info.tokenId(),
          token.principal(),
          token.createdBy(),
          info.creationTime(),
          info.expiryTime(),
          info.comment(),
          info.scopes(),
          token.lastUsedAt().map(at -> at.truncatedTo(ChronoUnit.DAYS).toEpochMilli()));
    }
  }

  record ManagedBody(@JsonProperty("token_info") ManagedToken tokenInfo) {}

  record ManagedListBody(@JsonProperty("token_infos") List<ManagedToken> tokenInfos) {}

  private Reply listAll(Request request) {
    Optional<String> id = request.query("created_by_id").filter(text -> !text.isEmpty());
    if (id.isPresent()) {
      throw HttpErrors.invalidParameter("created_by_id", id.get(), "created_by_username instead");
    }
    Optional<String> by = request.query("created_by_username").filter(text -> !text.isEmpty());
    return Reply.of(
        new ManagedListBody(
            tokens.listAll(request.caller(), by).stream().map(ManagedToken::of).toList()));
  }

  private Reply get(Request request) {
    Token token = tokens.get(request.caller(), uuid(request.pathParam("token_id")));
    return Reply.of(new ManagedBody(ManagedToken.of(token)));
  }

  private Reply revoke(Request request) {
    tokens.revoke(request.caller(), uuid(request.pathParam("token_id")));
    return Reply.empty();
  }

  private Reply create(Request request) {
    CreateBody body = request.json(CreateBody.class);
    return created(tokens.create(request.caller(), body.wish()));
  }

  private Reply createFor(Request request) {
    CreateBody body = request.json(CreateBody.class);
    String principal =
        body.applicationId().orElseThrow(() -> HttpErrors.missingParameter("application_id"));
    return created(tokens.createFor(request.caller(), principal, body.wish()));
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
