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
import io.boathouse.platform.http.SessionCookie;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signing in with a browser by a token, or by a link that is good once. */
final class SessionRoutes implements Routes {
  private static final String SESSION = "/api/2.0/boathouse/session";

  static final Endpoint WAYS =
      new Endpoint(Method.GET, SESSION + "/providers", "listSignInProviders")
          .requires(Permission.open("names that the page for signing in shows as buttons"));
  static final Endpoint START =
      new Endpoint(Method.POST, SESSION, "startSession")
          .requires(Permission.authenticated("reaches what the token that it came with does"));
  static final Endpoint CODE =
      new Endpoint(Method.POST, SESSION + "/codes", "createSignInCode")
          .requires(Permission.authenticated("signs in the caller and nobody else"));
  static final Endpoint REDEEM =
      new Endpoint(Method.POST, SESSION + "/redeem", "redeemSignInCode")
          .requires(Permission.open("the code is the proof, and good once"));

  private final List<String> providers;
  private final TokenService tokens;
  private final SignInCodes codes;

  SessionRoutes(Map<String, IssuerConfig> issuers, TokenService tokens, SignInCodes codes) {
    this.providers =
        issuers.entrySet().stream()
            .filter(issuer -> issuer.getValue().clientId().isPresent())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    this.tokens = tokens;
    this.codes = codes;
  }

  @Override
  public void mount(Api api) {
    api.handle(WAYS, ErrorFormat.DATABRICKS, request -> Reply.of(Map.of("providers", providers)));
    api.handle(START, ErrorFormat.DATABRICKS, this::start);
    api.handle(CODE, ErrorFormat.DATABRICKS, this::code);
    api.handle(REDEEM, ErrorFormat.DATABRICKS, this::redeem);
  }

  private record RedeemBody(@JsonProperty("code") Optional<String> code) {}

  record CodeReply(@JsonProperty("code") String code, @JsonProperty("expires_at") String until) {}

  record SessionReply(
      @JsonProperty("principal") String principal,
      @JsonProperty("expires_at") Optional<String> expiresAt) {
    static SessionReply of(Token token) {
      return new SessionReply(token.principal(), token.expiresAt().map(Instant::toString));
    }
  }

  /** A session begins by a token only, or one would go on for ever by asking for the next. */
  private Reply start(Request request) {
    request.requireNoFields();
    if (request.header("authorization").isEmpty()) {
      throw IdentityErrors.sessionByToken();
    }
    return signedIn(request, tokens.createSession(request.caller(), "signed in by a token"));
  }

  private Reply code(Request request) {
    request.requireNoFields();
    if (request.header("authorization").isEmpty()) {
      throw IdentityErrors.sessionByToken();
    }
    SignInCodes.Code code = codes.create(request.caller());
    return Reply.of(new CodeReply(code.value(), code.until().toString()));
  }

  private Reply redeem(Request request) {
    String code =
        request
            .json(RedeemBody.class)
            .code()
            .orElseThrow(() -> HttpErrors.missingParameter("code"));
    return signedIn(request, codes.redeem(code, request.requestId()));
  }

  private static Reply signedIn(Request request, NewToken session) {
    return Reply.of(SessionReply.of(session.token()))
        .withHeader(
            "Set-Cookie",
            SessionCookie.set(request.origin(), session.value(), SignInService.SESSION));
  }
}
