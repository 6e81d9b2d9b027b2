package io.boathouse.sql.statement;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes which chunk of which statement into an address that cannot be forged, and reads it back
 * until it is over. The key lives as long as the process, like the results.
 */
final class LinkTokens {
  static final Duration LIFETIME = Duration.ofMinutes(15);

  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final int PAYLOAD_BYTES = 2 * Long.BYTES + Integer.BYTES + Long.BYTES;

  private final byte[] key;
  private final InstantSource clock;

  /**
   * @param key at least 32 bytes that nobody else knows
   */
  LinkTokens(byte[] key, InstantSource clock) {
    this.key = key.clone();
    this.clock = clock;
  }

  /** A chunk of a statement, to be had until then. */
  record Link(UUID statement, int chunk, Instant expiresAt) {}

  /** A link that is valid from now on. */
  Link link(UUID statement, int chunk) {
    return new Link(
        statement, chunk, clock.instant().plus(LIFETIME).truncatedTo(ChronoUnit.SECONDS));
  }

  String write(Link link) {
    byte[] payload =
        ByteBuffer.allocate(PAYLOAD_BYTES)
            .putLong(link.statement().getMostSignificantBits())
            .putLong(link.statement().getLeastSignificantBits())
            .putInt(link.chunk())
            .putLong(link.expiresAt().getEpochSecond())
            .array();
    byte[] token =
        ByteBuffer.allocate(MAC_BYTES + PAYLOAD_BYTES).put(mac(payload)).put(payload).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /**
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED if it was not written here,
   *     or is over
   */
  Link read(String token) {
    ByteBuffer payload = ByteBuffer.wrap(verified(token));
    Link link =
        new Link(
            new UUID(payload.getLong(), payload.getLong()),
            payload.getInt(),
            Instant.ofEpochSecond(payload.getLong()));
    if (!clock.instant().isBefore(link.expiresAt())) {
      throw StatementErrors.badLink("was valid until " + link.expiresAt());
    }
    return link;
  }

  /** The comparison takes as long for every wrong token. */
  private byte[] verified(String token) {
    byte[] bytes = decoded(token);
    if (bytes.length == MAC_BYTES + PAYLOAD_BYTES) {
      byte[] payload = Arrays.copyOfRange(bytes, MAC_BYTES, bytes.length);
      if (MessageDigest.isEqual(Arrays.copyOf(bytes, MAC_BYTES), mac(payload))) {
        return payload;
      }
    }
    throw StatementErrors.badLink("was not made by this server");
  }

  private static byte[] decoded(String token) {
    try {
      return token.length() > 2 * (MAC_BYTES + PAYLOAD_BYTES)
          ? new byte[0]
          : Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private byte[] mac(byte[] payload) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
