package io.boathouse.table.maintain;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.lane.HeavyLane;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.read.At;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Keeping a table fast, small and recoverable: OPTIMIZE, VACUUM and RESTORE over HTTP. */
public final class MaintenanceRoutes implements Routes {
  private static final Permission MODIFY = Permission.privileges("MODIFY on the table");
  static final Endpoint OPTIMIZE =
      new Endpoint(POST, "/api/2.0/boathouse/tables/:name/optimize", "optimizeTable")
          .requires(MODIFY);
  static final Endpoint VACUUM =
      new Endpoint(POST, "/api/2.0/boathouse/tables/:name/vacuum", "vacuumTable").requires(MODIFY);
  static final Endpoint RESTORE =
      new Endpoint(POST, "/api/2.0/boathouse/tables/:name/restore", "restoreTable")
          .requires(MODIFY);
  private static final long MOST_HOURS = 24L * 365 * 100;

  private final MaintenanceService maintenance;
  private final HeavyLane lane;

  /**
   * @param lane where files are rewritten and looked for
   */
  public MaintenanceRoutes(MaintenanceService maintenance, HeavyLane lane) {
    this.maintenance = maintenance;
    this.lane = lane;
  }

  @Override
  public void mount(Api api) {
    api.handle(OPTIMIZE, ErrorFormat.DATABRICKS, this::optimize);
    api.handle(VACUUM, ErrorFormat.DATABRICKS, this::vacuum);
    api.handle(RESTORE, ErrorFormat.DATABRICKS, this::restore);
  }

  record OptimizeRequest(@JsonProperty("zorder_by") Optional<List<String>> zorderBy) {}

  record OptimizeReply(
      @JsonProperty("version") Optional<Long> version,
      @JsonProperty("files_removed") long filesRemoved,
      @JsonProperty("files_added") long filesAdded,
      @JsonProperty("bytes_removed") long bytesRemoved,
      @JsonProperty("bytes_added") long bytesAdded) {
    static OptimizeReply of(Optimized done) {
      return new OptimizeReply(
          done.version(),
          done.filesRemoved(),
          done.filesAdded(),
          done.bytesRemoved(),
          done.bytesAdded());
    }
  }

  private Reply optimize(Request request) {
    List<String> columns =
        request.json(OptimizeRequest.class).zorderBy().orElseGet(() -> List.of());
    OptimizeOptions options = new OptimizeOptions(Optional.empty(), columns);
    FullName name = name(request);
    Optimized done = lane.run(() -> maintenance.optimize(request.caller(), name, options));
    return Reply.of(OptimizeReply.of(done));
  }

  record VacuumRequest(
      @JsonProperty("retention_hours") Optional<Long> retentionHours,
      @JsonProperty("dry_run") Optional<Boolean> dryRun) {}

  record VacuumReply(
      @JsonProperty("files") List<String> files,
      @JsonProperty("file_count") long fileCount,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("dry_run") boolean dryRun) {
    static VacuumReply of(Vacuumed done) {
      return new VacuumReply(
          done.files().stream().map(StoragePath::value).toList(),
          done.count(),
          done.bytes(),
          done.dryRun());
    }
  }

  private Reply vacuum(Request request) {
    VacuumRequest asked = request.json(VacuumRequest.class);
    boolean dryRun = asked.dryRun().orElse(false);
    FullName name = name(request);
    Optional<Duration> retention = asked.retentionHours().map(MaintenanceRoutes::retention);
    Vacuumed done =
        lane.run(
            () ->
                retention.isPresent()
                    ? maintenance.vacuum(request.caller(), name, retention.get(), dryRun)
                    : maintenance.vacuum(request.caller(), name, dryRun));
    return Reply.of(VacuumReply.of(done));
  }

  private static Duration retention(long hours) {
    if (hours < 0 || hours > MOST_HOURS) {
      throw HttpErrors.invalidParameter(
          "retention_hours", Long.toString(hours), "0 to " + MOST_HOURS);
    }
    return Duration.ofHours(hours);
  }

  record RestoreRequest(
      @JsonProperty("version") Optional<Long> version,
      @JsonProperty("timestamp") Optional<String> timestamp) {}

  record RestoreReply(
      @JsonProperty("version") long version,
      @JsonProperty("at") Instant at,
      @JsonProperty("files_restored") long filesRestored,
      @JsonProperty("files_removed") long filesRemoved) {
    static RestoreReply of(Commit commit) {
      return new RestoreReply(
          commit.version(),
          commit.at(),
          commit.metric("numRestoredFiles"),
          commit.metric("numRemovedFiles"));
    }
  }

  private Reply restore(Request request) {
    RestoreRequest asked = request.json(RestoreRequest.class);
    if (asked.version().isPresent() == asked.timestamp().isPresent()) {
      throw HttpErrors.invalidParameter(
          "version", asked.version().map(String::valueOf).orElse(""), "it, or a timestamp");
    }
    At to =
        asked.version().isPresent()
            ? At.version(asked.version().get())
            : At.timestamp(instant(asked.timestamp().orElseThrow()));
    return Reply.of(RestoreReply.of(maintenance.restore(request.caller(), name(request), to)));
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw HttpErrors.invalidParameter("timestamp", text, "a time such as 2001-06-30T12:00:00Z");
    }
  }

  private static FullName name(Request request) {
    String text = request.pathParam("name");
    FullName name = FullName.parse(text);
    if (name.parts().size() != 3) {
      throw HttpErrors.invalidParameter("name", text, "catalog.schema.table");
    }
    return name;
  }
}
