package io.boathouse.catalog.commit;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's commits as they were before its Delta API; older engines know only these. */
public final class PreviewCommitRoutes implements Routes {
  private static final String COMMITS = "/api/2.1/unity-catalog/delta/preview/commits";

  static final Endpoint POST_COMMIT =
      new Endpoint(POST, COMMITS, "deltaPreviewCommit")
          .requires(Permission.privileges("MODIFY on the table"));
  static final Endpoint GET_COMMITS =
      new Endpoint(GET, COMMITS, "deltaPreviewGetCommits")
          .requires(Permission.privileges("any privilege on the table"));

  private final DeltaTableService tables;

  public PreviewCommitRoutes(DeltaTableService tables) {
    this.tables = tables;
  }

  @Override
  public void mount(Api api) {
    api.handle(POST_COMMIT, ErrorFormat.UNITY_CATALOG, this::commit);
    api.handle(GET_COMMITS, ErrorFormat.UNITY_CATALOG, this::commits);
  }

  record CommitInfo(
      @JsonProperty("version") @Nullable Long version,
      @JsonProperty("timestamp") @Nullable Long timestamp,
      @JsonProperty("file_name") @Nullable String fileName,
      @JsonProperty("file_size") @Nullable Long fileSize,
      @JsonProperty("file_modification_timestamp") @Nullable Long modifiedAt) {
    StagedCommit toCommit() {
      return new StagedCommit(
          DeltaUpdates.present("commit_info.version", version),
          DeltaUpdates.present("commit_info.timestamp", timestamp),
          DeltaUpdates.present("commit_info.file_name", fileName),
          DeltaUpdates.present("commit_info.file_size", fileSize),
          DeltaUpdates.present("commit_info.file_modification_timestamp", modifiedAt));
    }

    static CommitInfo of(StagedCommit commit) {
      return new CommitInfo(
          commit.version(), commit.at(), commit.fileName(), commit.size(), commit.modifiedAt());
    }
  }

  record Metadata(
      @JsonProperty("description") @Nullable String description,
      @JsonProperty("schema") @Nullable JsonNode schema,
      @JsonProperty("properties") @Nullable JsonNode properties) {}

  record Protocol(
      @JsonProperty("min_reader_version") @Nullable Integer minReaderVersion,
      @JsonProperty("min_writer_version") @Nullable Integer minWriterVersion,
      @JsonProperty("reader_features") @Nullable List<String> readerFeatures,
      @JsonProperty("writer_features") @Nullable List<String> writerFeatures) {}

  record CommitRequest(
      @JsonProperty("table_id") @Nullable String tableId,
      @JsonProperty("table_uri") @Nullable String tableUri,
      @JsonProperty("commit_info") @Nullable CommitInfo commitInfo,
      @JsonProperty("latest_backfilled_version") @Nullable Long published,
      @JsonProperty("metadata") @Nullable Metadata metadata,
      @JsonProperty("protocol") @Nullable Protocol protocol) {}

  private Reply commit(Request request) {
    CommitRequest body = request.json(CommitRequest.class);
    DeltaTableService.Loaded table = table(request, body.tableId(), body.tableUri());
    Optional<StagedCommit> commit =
        Optional.ofNullable(body.commitInfo()).map(CommitInfo::toCommit);
    Optional<Long> published = Optional.ofNullable(body.published());
    if (commit.isEmpty() && published.isEmpty()) {
      throw CommitErrors.invalid("commit_info", "", "it, or latest_backfilled_version");
    }
    DeltaTableService.Loaded unused =
        tables.update(
            request.caller(),
            table.relation().securable().name(),
            TableUpdate.commit(
                table.table().id(), commit, published, change(table.table().description(), body)));
    return Reply.empty();
  }

  record GetRequest(
      @JsonProperty("table_id") @Nullable String tableId,
      @JsonProperty("table_uri") @Nullable String tableUri,
      @JsonProperty("start_version") @Nullable Long startVersion,
      @JsonProperty("end_version") @Nullable Long endVersion) {}

  record Commits(
      @JsonProperty("commits") List<CommitInfo> commits,
      @JsonProperty("latest_table_version") long latestTableVersion) {}

  private Reply commits(Request request) {
    GetRequest body = request.json(GetRequest.class);
    long start = DeltaUpdates.present("start_version", body.startVersion());
    long end = Objects.requireNonNullElse(body.endVersion(), Long.MAX_VALUE);
    if (start < 0 || end < start) {
      throw CommitErrors.invalid("end_version", Long.toString(end), "at least start_version");
    }
    DeltaTableService.Loaded table = table(request, body.tableId(), body.tableUri());
    List<CommitInfo> found = new ArrayList<>();
    for (StagedCommit commit : table.unpublished()) {
      if (commit.version() >= start && commit.version() <= end) {
        found.add(CommitInfo.of(commit));
      }
    }
    return Reply.of(new Commits(found, table.table().latestVersion()));
  }

  private DeltaTableService.Loaded table(
      Request request, @Nullable String id, @Nullable String uri) {
    UUID parsed = DeltaUpdates.uuid("table_id", DeltaUpdates.present("table_id", id));
    DeltaTableService.Loaded table = tables.load(request.caller(), parsed);
    String given = DeltaUpdates.present("table_uri", uri);
    if (!RelationService.isSameLocation(given, table.relation().storageLocation().orElse(""))) {
      throw CommitErrors.invalid("table_uri", given, "the table's location");
    }
    if (!table.table().catalogManaged()) {
      throw CommitErrors.notCatalogManaged(parsed);
    }
    return table;
  }

  /** Here a client sends all properties of the new metadata, and says nothing of partitions. */
  private static DescriptionChange change(DeltaDescription before, CommitRequest body) {
    Metadata metadata = Objects.requireNonNullElse(body.metadata(), new Metadata(null, null, null));
    Map<String, String> set = new HashMap<>();
    Set<String> removed = new HashSet<>();
    if (metadata.properties() != null && metadata.properties().path("properties").isObject()) {
      Map<String, String> given = new HashMap<>();
      metadata
          .properties()
          .path("properties")
          .properties()
          .forEach(entry -> given.put(entry.getKey(), entry.getValue().asText()));
      set.putAll(DeltaUpdates.configuration(given));
      removed.addAll(before.properties().keySet());
      removed.removeAll(set.keySet());
    }
    return new DescriptionChange(
        Optional.ofNullable(metadata.schema())
            .map(schema -> schema.path("columns"))
            .filter(columns -> columns.isArray() && !columns.isEmpty())
            .map(PreviewCommitRoutes::columns),
        Optional.empty(),
        Optional.ofNullable(body.protocol()).map(PreviewCommitRoutes::protocol),
        set,
        removed,
        Map.of(),
        Set.of());
  }

  private static String columns(JsonNode columns) {
    List<RelationColumn> found = new ArrayList<>();
    for (JsonNode column : columns) {
      found.add(
          new RelationColumn(
              column.path("name").asText(),
              column.path("type_text").asText("string"),
              column.path("type_name").asText("STRING"),
              Optional.ofNullable(column.path("type_json").textValue()),
              Optional.empty(),
              Optional.empty(),
              column.path("nullable").asBoolean(true),
              Optional.ofNullable(column.path("comment").textValue()),
              Optional.empty()));
    }
    return DeltaColumns.delta(found);
  }

  private static DeltaProtocol protocol(Protocol protocol) {
    return new DeltaProtocol(
        Objects.requireNonNullElse(protocol.minReaderVersion(), 0),
        Objects.requireNonNullElse(protocol.minWriterVersion(), 0),
        Objects.requireNonNullElse(protocol.readerFeatures(), List.of()),
        Objects.requireNonNullElse(protocol.writerFeatures(), List.of()));
  }
}
