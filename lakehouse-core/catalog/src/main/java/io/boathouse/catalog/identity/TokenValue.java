package io.boathouse.catalog.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The text of a token: a prefix that secret scanners can know, and 256 random bits. With so many,
 * one SHA-256 is enough to keep it: there is nothing to guess.
 */
final class TokenValue {
  static final String PREFIX = "bh_";
  static final String SECRET_PREFIX = "bhs_";
  private static final int LENGTH = PREFIX.length() + 43;
  private static final SecureRandom RANDOM = new SecureRandom();

  private TokenValue() {}

  static String generate() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** 256 bits made by chance, as text. */
  static String random() {
    return generate().substring(PREFIX.length());
  }

  /** The secret of a service principal. */
  static String generateSecret() {
    return generate().replaceFirst(PREFIX, SECRET_PREFIX);
  }

  /** A hash from its hexadecimal digits. */
  static byte[] bytes(String hash) {
    return HexFormat.of().parseHex(hash);
  }

  /** Whether the text could be a token at all. */
  static boolean plausible(String text) {
    return text.length() == LENGTH && text.startsWith(PREFIX);
  }

  static byte[] hash(String value) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
