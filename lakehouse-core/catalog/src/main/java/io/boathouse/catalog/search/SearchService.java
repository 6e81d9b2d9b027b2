package io.boathouse.catalog.search;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds governed things by words. Thread-safe; blocks on the metadata database. */
public final class SearchService {
  private static final int MOST_WORDS = 10;
  private static final int LONGEST = 500;

  private final Authorizer authorizer;
  private final SearchRepository repository;

  /** Creates a search over the tree of this database. */
  public SearchService(Database database, Authorizer authorizer) {
    this.authorizer = authorizer;
    this.repository = new SearchRepository(database);
  }

  /**
   * Things whose full name or comment has all the words, in any case and order, as far as the
   * caller may know of them.
   *
   * @param types the types to look for; none means all
   */
  public Page<SearchHit> search(
      Caller caller, String text, Set<SecurableType> types, PageRequest page) {
    if (text.length() > LONGEST || text.indexOf('\0') >= 0) {
      throw HttpErrors.invalidParameter("query", text, "at most 500 characters of text");
    }
    List<String> words = Arrays.stream(text.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    if (words.size() > MOST_WORDS) {
      throw HttpErrors.invalidParameter("query", text, "at most 10 words");
    }
    Map<SecurableType, Authorizer.Visible> visible = new LinkedHashMap<>();
    for (SecurableType type : types.isEmpty() ? EnumSet.allOf(SecurableType.class) : types) {
      if (type != SecurableType.METASTORE) {
        visible.put(type, authorizer.visible(caller, type));
      }
    }
    if (visible.isEmpty()) {
      return Page.last(List.of());
    }
    return Page.cut(
        repository.search(words, visible, page.after(2), page.maxResults() + 1),
        page.maxResults(),
        hit -> List.of(hit.name().toString(), hit.type().name()));
  }
}
