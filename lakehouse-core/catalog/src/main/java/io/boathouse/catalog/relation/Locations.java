package io.boathouse.catalog.relation;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;

/**
 * Places as clients write them: {@code file:/a}, {@code file:///b/../a/} and {@code /a} are one.
 */
final class Locations {
  private Locations() {}

  /**
   * The location in one spelling.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it is no location
   */
  static String normal(String location) {
    try {
      return normal(uri(location));
    } catch (URISyntaxException e) {
      throw RelationErrors.invalid("storage_location", location, "a URI");
    }
  }

  /** Whether one of the two lies in the other, or is it. */
  static boolean overlap(String location, URI other) {
    String one = normal(location);
    String two = normal(other);
    return one.startsWith(two) || two.startsWith(one);
  }

  private static URI uri(String location) throws URISyntaxException {
    String complete = location.startsWith("/") ? "file://" + location : location;
    try {
      return new URI(complete);
    } catch (URISyntaxException e) {
      int colon = complete.indexOf(':');
      if (colon < 0) {
        throw e;
      }
      return new URI(complete.substring(0, colon), complete.substring(colon + 1), null);
    }
  }

  private static String normal(URI uri) {
    String scheme = Objects.requireNonNullElse(uri.getScheme(), "file").toLowerCase(Locale.ROOT);
    String host = Objects.requireNonNullElse(uri.getAuthority(), "");
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : Objects.requireNonNullElse(uri.getPath(), "").split("/", -1)) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    String store = scheme.equals("s3a") || scheme.equals("s3n") ? "s3" : scheme;
    StringBuilder normal = new StringBuilder(store + "://" + host + "/");
    segments.forEach(segment -> normal.append(segment).append('/'));
    return normal.toString();
  }
}
