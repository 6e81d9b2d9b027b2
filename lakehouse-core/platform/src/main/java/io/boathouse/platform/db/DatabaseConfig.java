package io.boathouse.platform.db;

import java.util.Optional;

/**
 * Settings under {@code database:}. Without a URL the server runs its own PostgreSQL below the data
 * directory.
 *
 * @param url a JDBC URL of PostgreSQL 15 or newer, such as {@code jdbc:postgresql://host/boathouse}
 * @param user the role to log in as at that URL
 * @param password that role's password, already resolved from its reference
 * @param poolSize the most connections held at one time
 */
public record DatabaseConfig(
    Optional<String> url, Optional<String> user, Optional<String> password, int poolSize) {
  public static final DatabaseConfig DEFAULTS =
      new DatabaseConfig(Optional.empty(), Optional.empty(), Optional.empty(), 10);

  public DatabaseConfig {
    if (poolSize < 2 || poolSize > 25) {
      throw new IllegalArgumentException("poolSize: " + poolSize + " (expected: 2 to 25)");
    }
  }

  /** The URL may carry a password, so it is not printed either. */
  @Override
  public String toString() {
    return "DatabaseConfig[url=%s, user=%s, password=***, poolSize=%d]"
        .formatted(url.isPresent() ? "***" : "embedded", user.orElse(""), poolSize);
  }
}
