package io.boathouse.registry.mlflow;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of a search is asked for.
 *
 * @param limit how many at most
 * @param offset how many to skip
 */
public record PageOffset(int limit, long offset) {
  private static final Pattern CONTENT = Pattern.compile("\\{\"offset\": ([0-9]{1,12})}");

  /** One page and what asks for the next. @param nextToken empty on the last page */
  public record Page<T>(List<T> items, Optional<String> nextToken) {
    public Page {
      items = List.copyOf(items);
    }

    /** The same page of other things. */
    public <R> Page<R> map(Function<T, R> mapping) {
      return new Page<>(items.stream().map(mapping).toList(), nextToken);
    }
  }

  /**
   * Reads {@code max_results} and {@code page_token}.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if either is out of its
   *     domain
   */
  public static PageOffset of(MlflowParameters parameters, int defaultLimit, int maxLimit) {
    long limit = parameters.number("max_results").orElse((long) defaultLimit);
    if (limit < 1 || limit > maxLimit) {
      throw MlflowErrors.invalidMaxResults(limit, maxLimit);
    }
    return new PageOffset(
        (int) limit,
        parameters.text("page_token").filter(t -> !t.isEmpty()).map(PageOffset::decode).orElse(0L));
  }

  /** How many rows to read: one more than shown tells whether a page follows. */
  public int rows() {
    return limit + 1;
  }

  /** The page made of up to {@link #rows()} rows. */
  public <T> Page<T> page(List<T> rows) {
    return rows.size() <= limit
        ? new Page<>(rows, Optional.empty())
        : new Page<>(rows.subList(0, limit), Optional.of(encode(offset + limit)));
  }

  private static String encode(long offset) {
    String content = "{\"offset\": " + offset + "}";
    return Base64.getUrlEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  private static long decode(String token) {
    try {
      byte[] content = Base64.getUrlDecoder().decode(token);
      Matcher matcher = CONTENT.matcher(new String(content, StandardCharsets.UTF_8));
      if (matcher.matches()) {
        return Long.parseLong(matcher.group(1));
      }
    } catch (IllegalArgumentException e) {
      throw MlflowErrors.invalidPageToken(token);
    }
    throw MlflowErrors.invalidPageToken(token);
  }
}
