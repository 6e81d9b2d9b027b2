package io.boathouse.platform.http;

import io.boathouse.platform.auth.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the {@code Authorization} header (RFC 6750 section 2.1, RFC 7617). */
final class Authorization {
  private static final int LONGEST = 16 << 10;

  private Authorization() {}

  /** What the request presents; empty if it presents nothing. */
  static Optional<Credentials> parse(List<String> headers) {
    if (headers.isEmpty()) {
      return Optional.empty();
    }
    String header = headers.get(0);
    if (headers.size() > 1 || header.length() > LONGEST) {
      throw HttpErrors.malformedCredentials();
    }
    int blank = header.indexOf(' ');
    if (blank < 0) {
      throw HttpErrors.malformedCredentials();
    }
    String value = header.substring(blank + 1).strip();
    return switch (header.substring(0, blank).toLowerCase(Locale.ROOT)) {
      case "bearer" -> Optional.of(bearer(value));
      case "basic" -> Optional.of(basic(value));
      default -> throw HttpErrors.malformedCredentials();
    };
  }

  private static Credentials bearer(String token) {
    boolean clean = !token.isEmpty() && token.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    if (!clean) {
      throw HttpErrors.malformedCredentials();
    }
    return new Credentials.Bearer(token);
  }

  /** A lone user name is a token, as in {@code curl -u TOKEN:}. */
  private static Credentials basic(String encoded) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw HttpErrors.malformedCredentials();
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw HttpErrors.malformedCredentials();
    }
    String user = pair.substring(0, colon);
    String password = pair.substring(colon + 1);
    return password.isEmpty() ? bearer(user) : new Credentials.Basic(user, password);
  }
}
