package io.boathouse.table.read;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.catalog.securable.FullName;
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
import io.boathouse.table.delta.DataFile;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What tables hold and held: their history, the files of a version, its statistics. */
public final class TableRoutes implements Routes {
  private static final Permission SELECT = Permission.privileges("SELECT on the table");
  static final Endpoint HISTORY =
      new Endpoint(GET, "/api/2.0/boathouse/tables/:name/history", "getTableHistory")
          .requires(SELECT);
  static final Endpoint FILES =
      new Endpoint(GET, "/api/2.0/boathouse/tables/:name/files", "listTableFiles").requires(SELECT);
  static final Endpoint STATISTICS =
      new Endpoint(GET, "/api/2.0/boathouse/tables/:name/statistics", "getTableStatistics")
          .requires(SELECT);
  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  private final TableReader reader;

  public TableRoutes(TableReader reader) {
    this.reader = reader;
  }

  @Override
  public void mount(Api api) {
    api.handle(HISTORY, ErrorFormat.DATABRICKS, this::history);
    api.handle(FILES, ErrorFormat.DATABRICKS, this::files);
    api.handle(STATISTICS, ErrorFormat.DATABRICKS, this::statistics);
  }

  private Reply history(Request request) {
    int limit = PageRequest.of(request, USUAL, MOST).maxResults();
    return Reply.of(TableWire.History.of(reader.history(request.caller(), name(request), limit)));
  }

  /** Pages of a listing are of one version, whatever is committed meanwhile. */
  private Reply files(Request request) {
    PageRequest page = PageRequest.of(request, USUAL, MOST);
    Optional<List<Long>> after =
        page.after(2)
            .map(PageToken::keys)
            .map(keys -> keys.stream().map(TableRoutes::key).toList());
    At at = after.<At>map(keys -> At.version(keys.get(0))).orElseGet(() -> at(request));
    Snapshot snapshot = reader.snapshot(request.caller(), name(request), at);
    List<DataFile> files =
        snapshot.files().stream().sorted(Comparator.comparing(DataFile::path)).toList();
    int from = Math.clamp(after.map(keys -> keys.get(1)).orElse(0L), 0, files.size());
    int to = Math.min(files.size(), from + page.maxResults());
    Optional<String> next =
        to < files.size()
            ? Optional.of(
                PageToken.after(List.of(Long.toString(snapshot.version()), Integer.toString(to)))
                    .encoded())
            : Optional.empty();
    return Reply.of(TableWire.Files.of(snapshot, files.subList(from, to), next));
  }

  private Reply statistics(Request request) {
    return Reply.of(
        TableWire.Statistics.of(reader.statistics(request.caller(), name(request), at(request))));
  }

  static FullName name(Request request) {
    String text = request.pathParam("name");
    FullName name = FullName.parse(text);
    if (name.parts().size() != 3) {
      throw HttpErrors.invalidParameter("name", text, "catalog.schema.table");
    }
    return name;
  }

  private static At at(Request request) {
    return at(request, "version", "timestamp").orElseGet(At::latest);
  }

  /** The version that one of two parameters names, if there is one. */
  static Optional<At> at(Request request, String versionName, String timestampName) {
    Optional<Long> version = request.longQuery(versionName);
    Optional<String> timestamp = request.query(timestampName);
    if (version.isPresent() && timestamp.isPresent()) {
      throw HttpErrors.invalidParameter(timestampName, timestamp.get(), "no version beside it");
    }
    return version
        .<At>map(At::version)
        .or(() -> timestamp.map(text -> instant(timestampName, text)));
  }

  private static At instant(String name, String text) {
    try {
      return At.timestamp(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw HttpErrors.invalidParameter(name, text, "a time such as 2001-06-30T12:00:00Z");
    }
  }

  static long key(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw HttpErrors.invalidParameter("page_token", text, "a token of an earlier reply");
    }
  }
}
