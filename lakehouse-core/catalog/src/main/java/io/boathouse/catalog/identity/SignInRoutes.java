package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.http.SessionCookie;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signing in with a browser by a configured OpenID provider, and signing out. */
final class SignInRoutes implements Routes {
  private static final String SESSIONS = "/api/2.0/boathouse/sessions";
  private static final String PENDING = "boathouse_sign_in";
  private static final Pattern COOKIE =
      Pattern.compile("(?:^|; ?)" + PENDING + "=\"?([A-Za-z0-9_-]{20,2000})\"?(?:;|$)");
  private static final Permission OPEN =
      Permission.open("it is how a browser logs in; the provider says who it is");

  static final Endpoint START =
      new Endpoint(Method.GET, "/login/:provider", "signIn").requires(OPEN);
  static final Endpoint FINISH =
      new Endpoint(Method.GET, "/login/:provider/callback", "finishSignIn").requires(OPEN);
  static final Endpoint END =
      new Endpoint(Method.POST, "/api/2.0/boathouse/session/end", "endSession")
          .requires(Permission.authenticated("ends the token that the caller came with"));

  static final Endpoint LIST =
      new Endpoint(Method.GET, SESSIONS, "listSignIns")
          .requires(Permission.authenticated("the caller's own"));
  static final Endpoint REMOVE =
      new Endpoint(Method.DELETE, SESSIONS + "/:id", "deleteSignIn")
          .requires(Permission.authenticated("the caller's own"));

  private final SignInService signIn;
  private final TokenService tokens;

  SignInRoutes(SignInService signIn, TokenService tokens) {
    this.signIn = signIn;
    this.tokens = tokens;
  }

  @Override
  public void mount(Api api) {
    api.handle(START, ErrorFormat.DATABRICKS, this::start);
    api.handle(FINISH, ErrorFormat.DATABRICKS, this::finish);
    api.handle(END, ErrorFormat.DATABRICKS, this::end);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(REMOVE, ErrorFormat.DATABRICKS, this::remove);
  }

  /**
   * Where somebody is signed in.
   *
   * @param current whether the request came from there
   */
  record Session(
      @JsonProperty("id") String id,
      @JsonProperty("comment") String comment,
      @JsonProperty("created_at") String createdAt,
      @JsonProperty("last_used_at") Optional<String> lastUsedAt,
      @JsonProperty("expires_at") Optional<String> expiresAt,
      @JsonProperty("current") boolean current) {
    static Session of(Token token, Optional<String> own) {
      return new Session(
          token.id().toString(),
          token.comment().orElse(""),
          token.createdAt().toString(),
          token.lastUsedAt().map(Instant::toString),
          token.until().map(Instant::toString),
          own.equals(Optional.of(token.id().toString())));
    }
  }

  private Reply list(Request request) {
    Optional<String> own = request.caller().tokenId();
    return Reply.of(
        Map.of(
            "sessions",
            tokens.sessions(request.caller()).stream()
                .map(token -> Session.of(token, own))
                .toList()));
  }

  private Reply remove(Request request) {
    tokens.endSession(request.caller(), id(request.pathParam("id")));
    return Reply.empty();
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw IdentityErrors.tokenNotFound(text);
    }
  }

  private Reply start(Request request) {
    String provider = request.pathParam("provider");
    SignInService.Started started = signIn.start(provider, callback(request, provider));
    return Reply.status(302)
        .withHeader("Location", started.address().toString())
        .withHeader("Cache-Control", "no-store")
        .withHeader(
            "Set-Cookie",
            PENDING
                + "="
                + started.pending()
                + "; Path=/login; HttpOnly; SameSite=Lax; Max-Age="
                + SignInService.PATIENCE.toSeconds()
                + (request.origin().startsWith("https:") ? "; Secure" : ""));
  }

  private Reply finish(Request request) {
    String provider = request.pathParam("provider");
    Matcher cookie = COOKIE.matcher(request.header("cookie").orElse(""));
    if (!cookie.find() || request.query("code").isEmpty() || request.query("state").isEmpty()) {
      throw IdentityErrors.signInFailed();
    }
    NewToken session =
        signIn.finish(
            new SignInService.Returned(
                provider,
                request.requiredQuery("code"),
                request.requiredQuery("state"),
                cookie.group(1),
                callback(request, provider)),
            request.requestId());
    return Reply.status(302)
        .withHeader("Location", "/")
        .withHeader("Cache-Control", "no-store")
        .withHeader(
            "Set-Cookie",
            SessionCookie.set(request.origin(), session.value(), SignInService.SESSION));
  }

  private Reply end(Request request) {
    request.requireNoFields();
    tokens.revokeOwn(request.caller());
    return Reply.empty()
        .withHeader("Set-Cookie", SessionCookie.set(request.origin(), "", Duration.ZERO));
  }

  private static String callback(Request request, String provider) {
    return request.origin() + "/login/" + provider + "/callback";
  }
}
