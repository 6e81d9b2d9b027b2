package io.boathouse.platform.http;

import io.boathouse.platform.auth.Credentials;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The token of somebody who signed in with a browser, in a cookie that scripts cannot read and
 * other sites do not send. Whatever changes something has to carry a header besides, which no form
 * and no page of another origin can: so a cookie alone moves nothing (cross-site request forgery).
 */
public final class SessionCookie {
  /** The header that requests with the cookie carry, unless they only read. */
  public static final String HEADER = "X-Boathouse-Session";

  private static final String NAME = "boathouse_session";
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private SessionCookie() {}

  /** What a request presents that has no Authorization header. */
  static Optional<Credentials> credentials(HttpServerRequest request) {
    Cookie cookie = request.getCookie(NAME);
    if (cookie == null || cookie.getValue().isEmpty()) {
      return Optional.empty();
    }
    boolean elsewhere = "cross-site".equals(request.getHeader("sec-fetch-site"));
    boolean reading = READING.contains(request.method().name());
    if (elsewhere || (!reading && !"1".equals(request.getHeader(HEADER)))) {
      throw HttpErrors.forgeable(HEADER);
    }
    return Optional.of(new Credentials.Bearer(cookie.getValue()));
  }

  /**
   * The value of {@code Set-Cookie}.
   *
   * @param origin as the browser addressed the server; over TLS the cookie stays there
   * @param token empty to take the cookie away
   */
  public static String set(String origin, String token, Duration lifetime) {
    return NAME
        + "="
        + token
        + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
        + (token.isEmpty() ? 0 : lifetime.toSeconds())
        + (origin.startsWith("https:") ? "; Secure" : "");
  }
}
