package io.boathouse.sql.warehouse;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a client may set in its session. */
public enum SessionSetting {
  /** Errors instead of NULL for overflow and bad casts; it cannot be turned off. */
  ANSI_MODE("true", "true", "true"),
  /** Whether it is kept how the engine ran each query. */
  QUERY_PROFILE("false", "true|false", "true or false"),
  /** How long one statement may run, in seconds; 0 for as long as the warehouse allows. */
  STATEMENT_TIMEOUT("0", "\\d{1,6}", "seconds from 0 to 999999"),
  /** Of times without a zone. */
  TIMEZONE("UTC", "UTC|Etc/UTC|Z|\\+00:00", "UTC"),
  /** Whether a result may come from an equal statement that ran before. */
  USE_CACHED_RESULT("true", "true|false", "true or false");

  private final String standard;
  private final Pattern allowed;
  private final String expected;

  SessionSetting(String standard, String allowed, String expected) {
    this.standard = standard;
    this.allowed = Pattern.compile(allowed, Pattern.CASE_INSENSITIVE);
    this.expected = expected;
  }

  /** The value of a session that never set it. */
  public String standard() {
    return standard;
  }

  /** Its name in lower case, as it is shown. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SessionSetting parse(String name) {
    return find(name).orElseThrow(() -> WarehouseErrors.unknownSetting(name));
  }

  private static Optional<SessionSetting> find(String name) {
    return Arrays.stream(values()).filter(one -> one.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The value in its one spelling. */
  String checked(String value) {
    if (!allowed.matcher(value).matches()) {
      throw WarehouseErrors.badSetting(label(), value, expected);
    }
    return this == TIMEZONE ? standard : value.toLowerCase(Locale.ROOT);
  }
}
