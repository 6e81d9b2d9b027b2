package io.boathouse.platform.storage;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;

/**
 * A path inside a file store: slash-separated segments below the store's root, in Unicode NFC. It
 * cannot be absolute, climb, hold an empty segment, a control character or a backslash, so a path
 * that exists as this type cannot leave its store.
 *
 * @param value the segments joined by "/"; the empty string is the root
 */
public record StoragePath(String value) implements Comparable<StoragePath> {
  /** The root of a store. */
  public static final StoragePath ROOT = new StoragePath("");

  private static final int MAX_BYTES = 1024;
  private static final int MAX_SEGMENT_BYTES = 255;

  public StoragePath {
    if (!value.isEmpty() && !isPlain(value)) {
      check(value);
    }
  }

  /**
   * Parses text from outside: as given, never decoded again.
   *
   * @throws LakeException INVALID_ARGUMENT naming what is wrong with the path
   */
  public static StoragePath of(String text) {
    return new StoragePath(Normalizer.normalize(text, Normalizer.Form.NFC));
  }

  /** This path with further segments below it. */
  public StoragePath resolve(String relative) {
    return relative.isEmpty() ? this : of(value.isEmpty() ? relative : value + "/" + relative);
  }

  public StoragePath resolve(StoragePath relative) {
    return resolve(relative.value);
  }

  /** The last segment; the empty string for the root. */
  public String name() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  /** The path above; the root is its own parent. */
  public StoragePath parent() {
    int slash = value.lastIndexOf('/');
    return slash < 0 ? ROOT : new StoragePath(value.substring(0, slash));
  }

  public boolean isRoot() {
    return value.isEmpty();
  }

  /** Whether this path equals the prefix or lies below it. */
  public boolean startsWith(StoragePath prefix) {
    return prefix.isRoot() || value.equals(prefix.value) || value.startsWith(prefix.value + "/");
  }

  /** This path as seen from a prefix that it starts with. */
  public StoragePath relativeTo(StoragePath prefix) {
    if (!startsWith(prefix)) {
      throw new IllegalArgumentException("prefix: " + prefix + " (expected: above " + value + ")");
    }
    if (prefix.isRoot()) {
      return this;
    }
    return value.length() == prefix.value.length()
        ? ROOT
        : new StoragePath(value.substring(prefix.value.length() + 1));
  }

  public List<String> segments() {
    return isRoot() ? List.of() : List.of(value.split("/", -1));
  }

  /** By UTF-8 bytes, as object stores sort their keys. */
  @Override
  public int compareTo(StoragePath other) {
    return compareText(value, other.value);
  }

  static int compareText(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        boolean surrogates = Character.isSurrogate(a) != Character.isSurrogate(b);
        return surrogates
            ? Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b))
            : a - b;
      }
    }
    return one.length() - other.length();
  }

  @Override
  public String toString() {
    return value;
  }

  /** Whether a short path is made of nothing that could be wrong, as most are. */
  private static boolean isPlain(String value) {
    if (value.length() > MAX_SEGMENT_BYTES) {
      return false;
    }
    boolean segmentStarts = true;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      boolean mark = c == '_' || c == '-' || c == '=' || c == '.' || c == '/';
      if (!word && (!mark || (segmentStarts && c != '_'))) {
        return false;
      }
      segmentStarts = c == '/';
    }
    return !segmentStarts;
  }

  private static void check(String value) {
    if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw invalid(value, "is longer than " + MAX_BYTES + " bytes");
    }
    for (String segment : value.split("/", -1)) {
      if (segment.isEmpty()) {
        throw invalid(value, "is absolute or has an empty segment");
      }
      if (segment.equals(".") || segment.equals("..")) {
        throw invalid(value, "has the segment '" + segment + "'");
      }
      if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
        throw invalid(value, "has a segment longer than " + MAX_SEGMENT_BYTES + " bytes");
      }
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c) || c == '\\' || c == 0xFFFD || unpairedSurrogate(value, i)) {
        throw invalid(value, "has the character U+%04X".formatted((int) c));
      }
    }
  }

  private static boolean unpairedSurrogate(String value, int i) {
    char c = value.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
  }

  private static LakeException invalid(String value, String problem) {
    StringBuilder shown = new StringBuilder();
    value.chars().limit(120).forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PATH",
        "Path '%s' %s. Use a relative path of plain segments separated by '/'."
            .formatted(shown, problem),
        Map.of("field", "path", "value", shown.toString()));
  }
}
