package io.boathouse.table.read;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.PageToken;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.lane.HeavyLane;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** A table as a stream of rows, each of them once for whoever keeps the offset of the next. */
public final class StreamRoutes implements Routes {
  static final Endpoint STREAM =
      new Endpoint(GET, "/api/2.0/boathouse/tables/:name/stream", "streamTable")
          .requires(Permission.privileges("SELECT on the table"));
  private static final int USUAL = 1_000;
  private static final int MOST = 10_000;
  private static final int FILES = 64;

  private final TableStream stream;
  private final RowPages pages;

  /**
   * @param lane where the rows are read
   */
  public StreamRoutes(TableStream stream, DuckDb duckDb, HeavyLane lane) {
    this.stream = stream;
    this.pages = new RowPages(duckDb, lane);
  }

  @Override
  public void mount(Api api) {
    api.handle(STREAM, ErrorFormat.DATABRICKS, this::next);
  }

  /** An offset with the position in its file from which on rows were not read. */
  private record Position(StreamOffset offset, long row) {
    static Position decode(String token) {
      try {
        List<String> keys = PageToken.decode(token, 6).keys();
        return new Position(
            new StreamOffset(
                UUID.fromString(keys.get(0)),
                Long.parseLong(keys.get(1)),
                Integer.parseInt(keys.get(2)),
                Boolean.parseBoolean(keys.get(3)),
                Long.parseLong(keys.get(4))),
            Math.max(0, Long.parseLong(keys.get(5))));
      } catch (IllegalArgumentException | LakeException e) {
        throw HttpErrors.invalidParameter("offset", token, "the next_offset of an earlier reply");
      }
    }

    String encoded() {
      return PageToken.after(
              List.of(
                  offset.tableId().toString(),
                  Long.toString(offset.version()),
                  Integer.toString(offset.index()),
                  Boolean.toString(offset.initialSnapshot()),
                  Long.toString(offset.schemaVersion()),
                  Long.toString(row)))
          .encoded();
    }
  }

  private Reply next(Request request) {
    int most = PageRequest.of(request, USUAL, MOST).maxResults();
    FullName name = TableRoutes.name(request);
    Position from = request.query("offset").map(Position::decode).orElseGet(() -> start(request));
    StreamBatch batch = stream.next(request.caller(), name, from.offset(), options(request));
    RowPages.Rows rows =
        pages.read(
            new RowPages.Wanted(batch.columns(), batch.folder(), batch.sources(), batch.schema()),
            new RowPages.Place(0, batch.isEmpty() ? 0 : from.row()),
            most);
    Position next = new Position(batch.offset(rows.next().file()), rows.next().row());
    return Reply.of(TableWire.Streamed.of(batch, rows.rows(), next.encoded()));
  }

  private Position start(Request request) {
    Caller caller = request.caller();
    FullName name = TableRoutes.name(request);
    Optional<At> from = TableRoutes.at(request, "from_version", "from_timestamp");
    StreamOffset offset =
        from.map(at -> stream.start(caller, name, at)).orElseGet(() -> stream.start(caller, name));
    return new Position(offset, 0);
  }

  private static StreamOptions options(Request request) {
    StreamOptions options =
        StreamOptions.DEFAULTS.withMaxFiles(FILES).withChanges(changes(request));
    return request.longQuery("accept_schema_version").map(options::accepting).orElse(options);
  }

  private static StreamOptions.Changes changes(Request request) {
    String text = request.query("changes").orElse("refuse");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "refuse" -> StreamOptions.Changes.REFUSE;
      case "skip" -> StreamOptions.Changes.SKIP;
      case "feed" -> StreamOptions.Changes.FEED;
      default -> throw HttpErrors.invalidParameter("changes", text, "refuse, skip or feed");
    };
  }
}
