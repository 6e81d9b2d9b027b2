package io.boathouse.catalog.location;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.StoragePath;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Writes grants into URLs and reads back those that were written here and are not over. */
final class AccessTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String FORM = "1";
  private static final int LONGEST = 4096;
  private static final int MAC_BYTES = 32;

  private final Supplier<byte[]> key;
  private final InstantSource clock;

  AccessTokens(Supplier<byte[]> key, InstantSource clock) {
    this.key = key;
    this.clock = clock;
  }

  String write(AccessGrant grant) {
    String text =
        String.join(
            "\n",
            FORM,
            grant.owner().name(),
            grant.id().toString(),
            grant.operation().name(),
            grant.principalId().toString(),
            Long.toString(grant.expiresAt().toEpochMilli()),
            grant.folder().value());
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    byte[] mac = mac(payload);
    byte[] token = new byte[mac.length + payload.length];
    System.arraycopy(mac, 0, token, 0, mac.length);
    System.arraycopy(payload, 0, token, mac.length, payload.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /**
   * @throws LakeException PERMISSION_DENIED if it was not written here, or is over
   */
  AccessGrant read(String token) {
    byte[] payload = verified(token);
    String[] parts = new String(payload, StandardCharsets.UTF_8).split("\n", 7);
    if (parts.length != 7 || !parts[0].equals(FORM)) {
      throw AccessErrors.badToken();
    }
    Instant end = Instant.ofEpochMilli(Long.parseLong(parts[5]));
    if (!clock.instant().isBefore(end)) {
      throw AccessErrors.over(end.toString());
    }
    return new AccessGrant(
        StoragePath.of(parts[6]),
        AccessGrant.Owner.valueOf(parts[1]),
        UUID.fromString(parts[2]),
        AccessOperation.valueOf(parts[3]),
        UUID.fromString(parts[4]),
        end);
  }

  /** The comparison takes as long for every wrong token. */
  private byte[] verified(String token) {
    if (token.length() > LONGEST) {
      throw AccessErrors.badToken();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length > MAC_BYTES) {
        byte[] mac = Arrays.copyOf(bytes, MAC_BYTES);
        byte[] payload = Arrays.copyOfRange(bytes, MAC_BYTES, bytes.length);
        if (MessageDigest.isEqual(mac, mac(payload))) {
          return payload;
        }
      }
    } catch (IllegalArgumentException e) {
      throw AccessErrors.badToken();
    }
    throw AccessErrors.badToken();
  }

  private byte[] mac(byte[] payload) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.get(), ALGORITHM));
      return mac.doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
