package io.boathouse.table.read;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.PageToken;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.lane.HeavyLane;
import io.boathouse.table.compute.FeedView;
import java.util.List;
import java.util.Optional;

/** The rows that versions of a table changed. */
public final class ChangeRoutes implements Routes {
  static final Endpoint CHANGES =
      new Endpoint(GET, "/api/2.0/boathouse/tables/:name/changes", "listTableChanges")
          .requires(Permission.privileges("SELECT on the table"));
  private static final int USUAL = 1_000;
  private static final int MOST = 10_000;

  private final TableReader reader;
  private final RowPages pages;

  /**
   * @param lane where the rows are read
   */
  public ChangeRoutes(TableReader reader, DuckDb duckDb, HeavyLane lane) {
    this.reader = reader;
    this.pages = new RowPages(duckDb, lane);
  }

  @Override
  public void mount(Api api) {
    api.handle(CHANGES, ErrorFormat.DATABRICKS, this::changes);
  }

  /**
   * A page goes on in the version where the one before it ended, and never past the version that
   * was the last for the first page.
   */
  private Reply changes(Request request) {
    PageRequest page = PageRequest.of(request, USUAL, MOST);
    Optional<List<Long>> after =
        page.after(4).map(token -> token.keys().stream().map(TableRoutes::key).toList());
    At from =
        after
            .<At>map(keys -> At.version(keys.get(0)))
            .orElseGet(
                () ->
                    TableRoutes.at(request, "from_version", "from_timestamp")
                        .orElseGet(() -> At.version(0)));
    At to =
        after
            .<At>map(keys -> At.version(keys.get(1)))
            .orElseGet(
                () -> TableRoutes.at(request, "to_version", "to_timestamp").orElseGet(At::latest));
    ChangeFeed feed = reader.changes(request.caller(), TableRoutes.name(request), from, to);
    RowPages.Place place =
        after
            .map(keys -> new RowPages.Place(file(keys.get(2), feed), Math.max(0, keys.get(3))))
            .orElseGet(() -> new RowPages.Place(0, 0));
    RowPages.Rows rows =
        pages.read(
            new RowPages.Wanted(feed.end(), feed.folder(), feed.sources(), feed.schema()),
            place,
            page.maxResults());
    return Reply.of(TableWire.Changes.of(feed, rows.rows(), token(feed, rows.next())));
  }

  private static int file(long index, ChangeFeed feed) {
    return Math.clamp(index, 0, feed.sources().size());
  }

  /** Files are counted from the first one of their version, with which the next page begins. */
  private static Optional<String> token(ChangeFeed feed, RowPages.Place next) {
    List<FeedView.Source> sources = feed.sources();
    if (next.file() == sources.size()) {
      return Optional.empty();
    }
    long version = sources.get(next.file()).version();
    int first = next.file();
    while (first > 0 && sources.get(first - 1).version() == version) {
      first--;
    }
    return Optional.of(
        PageToken.after(
                List.of(
                    Long.toString(version),
                    Long.toString(feed.to()),
                    Integer.toString(next.file() - first),
                    Long.toString(next.row())))
            .encoded());
  }
}
