package io.boathouse.catalog.search;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Search over HTTP. */
public final class SearchRoutes implements Routes {
  static final Endpoint SEARCH =
      new Endpoint(Method.GET, "/api/2.0/boathouse/search", "searchCatalog")
          .requires(Permission.authenticated("only what the caller may know of"));

  private final SearchService search;

  public SearchRoutes(SearchService search) {
    this.search = search;
  }

  @Override
  public void mount(Api api) {
    api.handle(SEARCH, ErrorFormat.DATABRICKS, this::search);
  }

  record Body(
      @JsonProperty("results") List<Hit> results,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record Hit(
      @JsonProperty("type") String type,
      @JsonProperty("full_name") String fullName,
      @JsonProperty("id") String id,
      @JsonProperty("owner") String owner,
      @JsonProperty("comment") Optional<String> comment) {
    static Hit of(SearchHit hit) {
      return new Hit(
          hit.type().name(),
          hit.name().toString(),
          hit.id().toString(),
          hit.owner(),
          hit.comment());
    }
  }

  private Reply search(Request request) {
    Set<SecurableType> types = EnumSet.noneOf(SecurableType.class);
    request.queryAll("type").forEach(text -> types.add(type(text)));
    Page<Hit> page =
        search
            .search(
                request.caller(),
                request.query("query").orElse(""),
                types,
                PageRequest.of(request, 50, 500))
            .map(Hit::of);
    return Reply.of(new Body(page.items(), page.nextPageToken()));
  }

  private static SecurableType type(String text) {
    return Arrays.stream(SecurableType.values())
        .filter(type -> type.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                HttpErrors.invalidParameter(
                    "type", text, "one of " + Arrays.toString(SecurableType.values())));
  }
}
