package io.boathouse.catalog.identity;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * What is kept about a secret with which a service principal gets access tokens; its value is not.
 *
 * @param hash the SHA-256 of the value, in hexadecimal digits
 */
public record ClientSecret(
    UUID id,
    UUID principalId,
    String hash,
    Instant createdAt,
    String createdBy,
    Instant expiresAt) {
  static String hash(String value) {
    return HexFormat.of().formatHex(TokenValue.hash(value));
  }
}
