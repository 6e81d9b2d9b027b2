package io.boathouse.platform.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One page of a listing.
 *
 * @param nextPageToken what the next request sends to go on; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> nextPageToken) {
  public Page {
    items = List.copyOf(items);
  }

  /** A listing that fits on one page. */
  public static <T> Page<T> last(List<T> items) {
    return new Page<>(items, Optional.empty());
  }

  /**
   * Cuts a page from rows that were read with a limit of one more than the page holds.
   *
   * @param keyOf the keys of a row in the order of the listing, from which the next page starts
   */
  public static <T> Page<T> cut(List<T> rows, int size, Function<T, List<String>> keyOf) {
    if (rows.size() <= size) {
      return last(rows);
    }
    List<T> shown = rows.subList(0, size);
    return new Page<>(
        shown, Optional.of(PageToken.after(keyOf.apply(shown.get(size - 1))).encoded()));
  }

  /** The same page with each item turned into another form. */
  public <R> Page<R> map(Function<? super T, ? extends R> form) {
    return new Page<>(items.stream().<R>map(form).toList(), nextPageToken);
  }

  /** The same page without the items that do not fit; where it goes on stays. */
  public Page<T> where(Predicate<? super T> condition) {
    return new Page<>(items.stream().filter(condition).toList(), nextPageToken);
  }
}
