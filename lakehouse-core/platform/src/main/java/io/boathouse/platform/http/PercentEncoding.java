package io.boathouse.platform.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Percent-decoding (RFC 3986 section 2.1) that is done once and refuses what has two readings:
 * broken escapes, bytes that are no UTF-8 (overlong forms included), and control characters.
 */
final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * @param plusIsSpace whether {@code +} means a blank, as it does in a query
   */
  static String decode(String name, String text, boolean plusIsSpace) {
    boolean plain = true;
    for (int i = 0; i < text.length() && plain; i++) {
      char c = text.charAt(i);
      plain = c > 0x20 && c < 0x7f && c != '%' && !(plusIsSpace && c == '+');
    }
    return plain ? text : decodeEscapes(name, text, plusIsSpace);
  }

  private static String decodeEscapes(String name, String text, boolean plusIsSpace) {
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        boolean complete = i + 2 < raw.length;
        int high = complete ? Character.digit(raw[i + 1], 16) : -1;
        int low = complete ? Character.digit(raw[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw HttpErrors.invalidParameter(name, text, "complete percent escapes");
        }
        bytes.put((byte) (high << 4 | low));
        i += 2;
      } else {
        bytes.put(plusIsSpace && raw[i] == '+' ? (byte) ' ' : raw[i]);
      }
    }
    String decoded;
    try {
      decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes.flip())
              .toString();
    } catch (CharacterCodingException e) {
      throw HttpErrors.invalidParameter(name, text, "UTF-8");
    }
    return decoded;
  }

  /** Decodes a part of a path, where control characters are refused as well. */
  static String decodePath(String name, String text) {
    String decoded = decode(name, text, false);
    for (int i = 0; i < decoded.length(); i++) {
      if (Character.isISOControl(decoded.charAt(i))) {
        throw HttpErrors.invalidParameter(name, text, "no control characters");
      }
    }
    return decoded;
  }
}
