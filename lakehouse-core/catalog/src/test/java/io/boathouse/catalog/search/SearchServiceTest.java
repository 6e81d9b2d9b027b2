package io.boathouse.catalog.search;

import static io.boathouse.catalog.securable.SecurableType.CATALOG;
import static io.boathouse.catalog.securable.SecurableType.SCHEMA;
import static io.boathouse.catalog.securable.SecurableType.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.PageToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SearchServiceTest {
  private static TestCatalog catalog;
  private static SearchService search;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    search = catalog.module.search();
    catalog
        .module
        .securables()
        .create(
            catalog.admin,
            new NewSecurable(
                TABLE,
                FullName.parse("main.default.flights"),
                Optional.of("Three million departures, 100% real"),
                Map.of()));
    catalog.create(catalog.admin, TABLE, "main.default.airports");
    catalog.create(catalog.admin, SecurableType.EXPERIMENT, "Flight delays");
    for (int i = 0; i < 12; i++) {
      catalog.create(catalog.admin, TABLE, "main.default.paged_%02d".formatted(i));
    }
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Test
  void allWordsInNameOrCommentAreNeededInAnyCaseAndOrder() {
    assertThat(names(catalog.admin, "FLIGHT"))
        .containsExactly("Flight delays", "main.default.flights");
    assertThat(names(catalog.admin, "departures main")).containsExactly("main.default.flights");
    assertThat(names(catalog.admin, "departures airports")).isEmpty();
  }

  @Test
  void typesNarrowTheSearch() {
    assertThat(
            search
                .search(
                    catalog.admin,
                    "flight",
                    Set.of(SecurableType.EXPERIMENT),
                    PageRequest.first(10))
                .items())
        .extracting(SearchHit::type)
        .containsExactly(SecurableType.EXPERIMENT);
  }

  // Fails without the Visible fragment in SearchRepository: every user finds every name.
  @Test
  void case21_searchAndListingsShowNothingHidden() {
    Caller user = catalog.user("finder");
    assertThat(names(user, "")).isEmpty();
    assertThat(
            catalog
                .module
                .securables()
                .list(user, SecurableType.TABLE, PageRequest.first(1000))
                .items())
        .isEmpty();
    catalog.grant(TABLE, "main.default.flights", "finder", Privilege.SELECT);
    assertThat(names(user, "")).containsExactly("main.default.flights");
    catalog.grant(SCHEMA, "main.default", "finder", Privilege.USE_SCHEMA);
    catalog.grant(CATALOG, "main", "finder", Privilege.USE_CATALOG);
    assertThat(names(user, "")).containsExactly("main", "main.default", "main.default.flights");
    Page<?> tables =
        catalog
            .module
            .securables()
            .list(user, TABLE, FullName.of("main", "default"), PageRequest.first(1));
    assertThat(tables.items()).hasSize(1);
    assertThat(tables.nextPageToken()).as("no page of hidden things follows").isEmpty();
  }

  // Fails when the word or the token goes into the SQL text.
  @Test
  void case31_wordsAndTokensAreValuesOnly() {
    for (String odd :
        List.of("'; DROP TABLE catalog_grant; --", "%", "_", "\\", ":word0", "?", "100%", "$1")) {
      assertThat(names(catalog.admin, odd)).hasSizeLessThanOrEqualTo(14);
    }
    assertThat(names(catalog.admin, "100%")).containsExactly("main.default.flights");
    assertThat(names(catalog.admin, "%")).containsExactly("main.default.flights");
    String forged = PageToken.after(List.of("' OR 'x'='x", "' UNION SELECT")).encoded();
    assertThat(
            search
                .search(catalog.admin, "", Set.of(), new PageRequest(10, Optional.of(forged)))
                .items())
        .isNotNull();
    assertThatThrownBy(
            () ->
                search.search(
                    catalog.admin, "", Set.of(), new PageRequest(10, Optional.of("garbage"))))
        .isInstanceOf(LakeException.class);
    assertThatThrownBy(() -> search.search(catalog.admin, "a\0b", Set.of(), PageRequest.first(5)))
        .isInstanceOf(LakeException.class);
    assertThatThrownBy(
            () ->
                search.search(
                    catalog.admin, "a b c d e f g h i j k", Set.of(), PageRequest.first(5)))
        .hasMessageContaining("at most 10 words");
  }

  @Test
  void pagesFollowWithoutGapsOrRepetition() {
    List<String> seen = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      Page<SearchHit> page =
          search.search(catalog.admin, "paged", Set.of(), new PageRequest(5, token));
      page.items().forEach(hit -> seen.add(hit.name().toString()));
      token = page.nextPageToken();
    } while (token.isPresent());
    assertThat(seen).hasSize(12).isSorted().doesNotHaveDuplicates();
  }

  private static List<String> names(Caller caller, String text) {
    return search.search(caller, text, Set.of(), PageRequest.first(100)).items().stream()
        .map(hit -> hit.name().toString())
        .toList();
  }
}
