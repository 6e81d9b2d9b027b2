package io.boathouse.platform.http;

import java.util.Optional;

/**
 * Which page of a listing is asked for.
 *
 * @param maxResults the most items that the page may hold, at least 1
 * @param pageToken where to go on; empty for the first page
 */
public record PageRequest(int maxResults, Optional<String> pageToken) {
  public PageRequest {
    if (maxResults < 1) {
      throw HttpErrors.invalidParameter(
          "max_results", Integer.toString(maxResults), "a number of at least 1");
    }
    pageToken = pageToken.filter(token -> !token.isEmpty());
  }

  /** The first page. */
  public static PageRequest first(int maxResults) {
    return new PageRequest(maxResults, Optional.empty());
  }

  /**
   * Reads {@code max_results} and {@code page_token} from the query.
   *
   * @param usual the size if none is given or it is 0, as some clients send
   * @param most the largest size; what is above is cut to it
   */
  public static PageRequest of(Request request, int usual, int most) {
    long asked = request.longQuery("max_results").filter(size -> size != 0).orElse((long) usual);
    if (asked < 0) {
      throw HttpErrors.invalidParameter(
          "max_results", Long.toString(asked), "a number of at least 0");
    }
    return new PageRequest((int) Math.min(asked, most), request.query("page_token"));
  }

  /** The keys after which the page starts, if it is not the first. */
  public Optional<PageToken> after(int keys) {
    return pageToken.map(token -> PageToken.decode(token, keys));
  }
}
