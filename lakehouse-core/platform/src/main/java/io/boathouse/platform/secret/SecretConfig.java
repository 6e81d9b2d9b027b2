package io.boathouse.platform.secret;

import java.util.Optional;

/**
 * Settings under {@code secrets:}.
 *
 * @param sealingKey under which secrets in the database are sealed, the same on every node; without
 *     one the server makes a key and keeps it in its data directory, outside of backups
 */
public record SecretConfig(Optional<Secret> sealingKey) {
  public static final SecretConfig DEFAULTS = new SecretConfig(Optional.empty());
}
