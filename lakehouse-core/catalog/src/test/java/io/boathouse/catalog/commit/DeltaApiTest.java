package io.boathouse.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Unity Catalog's Delta API as engines see it; what they write themselves is written here by hand.
 */
class DeltaApiTest {
  private static final String API = "/api/2.1/unity-catalog/delta/v1";
  private static final String SCHEMA = API + "/catalogs/main/schemas/default";
  private static final String PREVIEW = "/api/2.1/unity-catalog/delta/preview/commits";
  private static final String COLUMNS =
      """
      {"type":"struct","fields":[
        {"name":"id","type":"long","nullable":false,"metadata":{"comment":"the key"}},
        {"name":"tags","type":{"type":"array","element-type":"string","contains-null":true},
         "nullable":true,"metadata":{}},
        {"name":"price","type":"decimal(10,2)","nullable":true,"metadata":{}}]}
      """;

  private static TestCatalog catalog;
  private static TestServer admin;
  private static TestServer ann;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    Caller user = catalog.user("ann@example.org");
    var token = catalog.module.tokens().create(user, "test", Duration.ofHours(1));
    ann = server.as(token.value());
  }

  @AfterAll
  static void close() {
    admin.close();
    catalog.close();
  }

  /** A catalog-managed table at version 0. */
  private record Made(String name, UUID id, Path folder) {
    String path() {
      return SCHEMA + "/tables/" + name;
    }
  }

  private static Made make(String name) throws IOException {
    JsonNode staged = ok(admin.post(SCHEMA + "/staging-tables", "{\"name\":\"" + name + "\"}"));
    UUID id = UUID.fromString(staged.path("table-id").asText());
    Path folder = Path.of(URI.create(staged.path("location").asText()));
    Files.createDirectories(folder.resolve("_delta_log/_staged_commits"));
    Files.writeString(folder.resolve("_delta_log/00000000000000000000.json"), line(1000));
    ok(admin.post(SCHEMA + "/tables", creation(name, staged)));
    return new Made(name, id, folder);
  }

  private static String creation(String name, JsonNode staged) {
    return """
    {"name":"%s","location":"%s","table-type":"MANAGED","columns":%s,"protocol":%s,
     "properties":%s,"last-commit-timestamp-ms":1000,"partition-columns":["price"],
     "domain-metadata":{}}
    """
        .formatted(
            name,
            staged.path("location").asText(),
            COLUMNS,
            staged.path("required-protocol"),
            staged.path("required-properties"));
  }

  private static String line(long at) {
    return "{\"commitInfo\":{\"inCommitTimestamp\":" + at + ",\"operation\":\"WRITE\"}}\n";
  }

  private static String stage(Made table, long version, long at) throws IOException {
    String name = "%020d.%s.json".formatted(version, UUID.randomUUID());
    Files.writeString(table.folder().resolve("_delta_log/_staged_commits").resolve(name), line(at));
    return name;
  }

  private static void publish(Made table, long version, String name) throws IOException {
    Path log = table.folder().resolve("_delta_log");
    Files.copy(
        log.resolve("_staged_commits").resolve(name), log.resolve("%020d.json".formatted(version)));
  }

  private static String addCommit(long version, long at, String file) {
    return """
    {"action":"add-commit","commit":{"version":%d,"timestamp":%d,"file-name":"%s",
     "file-size":%d,"file-modification-timestamp":%d}}
    """
        .formatted(version, at, file, line(at).length(), at);
  }

  private static String published(long version) {
    return """
    {"action":"set-latest-backfilled-version","latest-published-version":%d}
    """
        .formatted(version);
  }

  private static String request(UUID id, String... updates) {
    return """
    {"requirements":[{"type":"assert-table-uuid","uuid":"%s"}],"updates":[%s]}
    """
        .formatted(id, String.join(",", updates));
  }

  private static String commit(Made table, long version, long at) throws IOException {
    String file = stage(table, version, at);
    ok(admin.post(table.path(), request(table.id(), addCommit(version, at, file))));
    return file;
  }

  @Test
  void stagingTellsWhatACatalogManagedTableMustHave() {
    JsonNode staged = ok(admin.post(SCHEMA + "/staging-tables", "{\"name\":\"wanted\"}"));
    assertThat(staged.path("table-type").asText()).isEqualTo("MANAGED");
    assertThat(staged.path("location").asText()).endsWith(staged.path("table-id").asText());
    assertThat(Json.writeText(staged.path("required-protocol")))
        .isEqualTo(
            "{\"min-reader-version\":3,\"min-writer-version\":7,\"reader-features\":"
                + "[\"catalogManaged\",\"deletionVectors\",\"v2Checkpoint\","
                + "\"vacuumProtocolCheck\"],\"writer-features\":[\"catalogManaged\","
                + "\"deletionVectors\",\"inCommitTimestamp\",\"v2Checkpoint\","
                + "\"vacuumProtocolCheck\"]}");
    assertThat(staged.path("required-properties").path("delta.checkpointPolicy").asText())
        .isEqualTo("v2");
    assertThat(staged.path("required-properties").path("io.unitycatalog.tableId").asText())
        .isEqualTo(staged.path("table-id").asText());
  }

  @Test
  void aCreatedTableIsLoadedWithItsColumnsAndItsDerivedProperties() throws IOException {
    Made table = make("created");
    JsonNode loaded = ok(admin.get(table.path()));
    JsonNode metadata = loaded.path("metadata");
    assertThat(metadata.path("table-uuid").asText()).isEqualTo(table.id().toString());
    assertThat(metadata.path("columns")).isEqualTo(Json.parse(COLUMNS));
    assertThat(metadata.path("partition-columns")).isEqualTo(Json.parse("[\"price\"]"));
    assertThat(metadata.at("/properties/delta.feature.catalogManaged").asText())
        .isEqualTo("supported");
    assertThat(metadata.at("/properties/delta.minReaderVersion").asText()).isEqualTo("3");
    assertThat(metadata.path("last-commit-timestamp-ms").asLong()).isEqualTo(1000);
    assertThat(loaded.path("commits")).isEmpty();
    assertThat(loaded.path("latest-table-version").asLong()).isZero();
    JsonNode info = ok(admin.get("/api/2.1/unity-catalog/tables/main.default.created"));
    assertThat(info.path("table_type").asText()).isEqualTo("MANAGED");
    assertThat(info.at("/columns/0/type_text").asText()).isEqualTo("bigint");
    assertThat(info.at("/columns/1/type_text").asText()).isEqualTo("array<string>");
    assertThat(info.at("/columns/2/partition_index").asInt(-1)).isZero();
    assertThat(info.at("/columns/0/comment").asText()).isEqualTo("the key");
  }

  @Test
  void aTableWithoutAFirstVersionOrARequiredFeatureOrOfAnotherIsNotCreated() throws IOException {
    JsonNode staged = ok(admin.post(SCHEMA + "/staging-tables", "{\"name\":\"unmade\"}"));
    String body = creation("unmade", staged);
    expect(admin.post(SCHEMA + "/tables", body), 400, "InvalidParameterValueException");
    Path folder = Path.of(URI.create(staged.path("location").asText()));
    Files.createDirectories(folder.resolve("_delta_log"));
    Files.writeString(folder.resolve("_delta_log/00000000000000000000.json"), line(1000));
    for (String without : List.of("\"vacuumProtocolCheck\"", "\"catalogManaged\"")) {
      expect(
          admin.post(SCHEMA + "/tables", body.replace(without, "\"other\"")),
          400,
          "InvalidParameterValueException");
    }
    expect(
        admin.post(SCHEMA + "/tables", body.replace("\"v2\"", "\"classic\"")),
        400,
        "InvalidParameterValueException");
    expect(
        admin.post(SCHEMA + "/tables", body.replace("\"name\":\"unmade\"", "\"name\":\"other\"")),
        404,
        "NoSuchTableException");
    grantAnn(Privilege.CREATE_TABLE);
    expect(ann.post(SCHEMA + "/tables", body), 404, "NoSuchTableException");
    ok(admin.post(SCHEMA + "/tables", body));
    expect(admin.post(SCHEMA + "/tables", body), 404, "NoSuchTableException");
    expect(
        admin.post(SCHEMA + "/staging-tables", "{\"name\":\"unmade\"}"),
        409,
        "AlreadyExistsException");
  }

  @Test
  void commitsAreReturnedNewestFirstUntilTheyArePublished() throws IOException {
    Made table = make("committed");
    String first = commit(table, 1, 2000);
    String second = commit(table, 2, 3000);
    JsonNode loaded = ok(admin.get(table.path()));
    assertThat(loaded.path("commits").findValuesAsText("file-name")).containsExactly(second, first);
    assertThat(loaded.at("/commits/0/timestamp").asLong()).isEqualTo(3000);
    assertThat(loaded.path("latest-table-version").asLong()).isEqualTo(2);
    publish(table, 1, first);
    JsonNode after = ok(admin.post(table.path(), request(table.id(), published(1))));
    assertThat(after.path("commits").findValuesAsText("file-name")).containsExactly(second);
    assertThat(after.path("latest-table-version").asLong()).isEqualTo(2);
  }

  @Test
  void aLostAnswerCostsNothingAndAnotherFileOfTheSameVersionLoses() throws IOException {
    Made table = make("replayed");
    String file = commit(table, 1, 2000);
    String again = request(table.id(), addCommit(1, 2000, file));
    assertThat(ok(admin.post(table.path(), again)).path("latest-table-version").asLong())
        .isEqualTo(1);
    String other = stage(table, 1, 2000);
    expect(
        admin.post(table.path(), request(table.id(), addCommit(1, 2000, other))),
        409,
        "CommitVersionConflictException");
    publish(table, 1, file);
    ok(admin.post(table.path(), request(table.id(), published(1))));
    assertThat(ok(admin.post(table.path(), again)).path("latest-table-version").asLong())
        .isEqualTo(1);
  }

  @Test
  void aGapATimeThatGoesBackAndAFileThatIsNotThereAreRefused() throws IOException {
    Made table = make("refusing");
    String gap = stage(table, 2, 3000);
    String early = stage(table, 1, 1000);
    String lying = stage(table, 1, 2000);
    String absent = "%020d.%s.json".formatted(1, UUID.randomUUID());
    for (String update :
        List.of(
            addCommit(2, 3000, gap),
            addCommit(1, 1000, early),
            addCommit(1, 2001, lying),
            addCommit(1, 2000, absent),
            addCommit(1, 2000, "00000000000000000001.json"),
            addCommit(1, 2000, "../" + lying))) {
      expect(
          admin.post(table.path(), request(table.id(), update)),
          400,
          "InvalidParameterValueException");
    }
    assertThat(ok(admin.get(table.path())).path("latest-table-version").asLong()).isZero();
  }

  @Test
  void tenCommitsMayBeUnpublishedAndNotEleven() throws IOException {
    Made table = make("limited");
    List<String> files = new ArrayList<>();
    for (int version = 1; version <= 10; version++) {
      files.add(commit(table, version, 1000 + version));
    }
    String next = addCommit(11, 2000, stage(table, 11, 2000));
    expect(admin.post(table.path(), request(table.id(), next)), 429, "ResourceExhaustedException");
    publish(table, 1, files.getFirst());
    JsonNode after = ok(admin.post(table.path(), request(table.id(), next, published(1))));
    assertThat(after.path("commits")).hasSize(10);
    assertThat(after.path("latest-table-version").asLong()).isEqualTo(11);
  }

  /** Fails when set-latest-backfilled-version is believed (LogFolder.publishedUpTo not asked). */
  @Test
  void case71_whatIsNotReallyPublishedStaysRatified() throws IOException {
    Made table = make("lied_about");
    String first = commit(table, 1, 2000);
    commit(table, 2, 3000);
    assertThat(commits(ok(admin.post(table.path(), request(table.id(), published(2)))))).hasSize(2);
    Path log = table.folder().resolve("_delta_log");
    Files.writeString(log.resolve("00000000000000000001.json"), line(2001));
    assertThat(commits(ok(admin.post(table.path(), request(table.id(), published(1)))))).hasSize(2);
    Files.delete(log.resolve("00000000000000000001.json"));
    publish(table, 1, first);
    assertThat(commits(ok(admin.post(table.path(), request(table.id(), published(2)))))).hasSize(1);
    expect(
        admin.post(table.path(), request(table.id(), published(3))),
        400,
        "InvalidParameterValueException");
  }

  private static List<String> commits(JsonNode loaded) {
    return loaded.path("commits").findValuesAsText("file-name");
  }

  @Test
  void requirementsAreKept() throws IOException {
    Made table = make("required");
    String commit = addCommit(1, 2000, stage(table, 1, 2000));
    expect(
        admin.post(table.path(), request(UUID.randomUUID(), commit)),
        409,
        "UpdateRequirementConflictException");
    String etag = ok(admin.get(table.path())).at("/metadata/etag").asText();
    String withEtag =
        request(table.id(), commit)
            .replace(
                "\"requirements\":[",
                "\"requirements\":[{\"type\":\"assert-etag\",\"etag\":\"%s\"},".formatted(etag));
    expect(
        admin.post(table.path(), withEtag.replace(etag, "0-0")),
        409,
        "UpdateRequirementConflictException");
    JsonNode after = ok(admin.post(table.path(), withEtag));
    assertThat(after.at("/metadata/etag").asText()).isNotEqualTo(etag);
    String second = addCommit(2, 3000, stage(table, 2, 3000));
    expect(
        admin.post(table.path(), withEtag.replace(commit, second)),
        409,
        "UpdateRequirementConflictException");
    for (String malformed :
        List.of(
            "{\"updates\":[%s]}".formatted(second),
            request(table.id()),
            request(table.id(), second, second),
            request(table.id(), "{\"action\":\"unheard-of\"}"))) {
      expect(admin.post(table.path(), malformed), 400, "InvalidParameterValueException");
    }
  }

  @Test
  void theDescriptionChangesWithItsCommitAndNotWithoutOne() throws IOException {
    Made table = make("described");
    String set = "{\"action\":\"set-properties\",\"updates\":{\"team\":\"sales\"}}";
    expect(
        admin.post(table.path(), request(table.id(), set)), 400, "InvalidParameterValueException");
    String columns =
        """
        {"action":"set-columns","columns":{"type":"struct","fields":[
          {"name":"id","type":"long","nullable":false,"metadata":{}}]}}
        """;
    String partitions = "{\"action\":\"set-partition-columns\",\"partition-columns\":[]}";
    JsonNode after =
        ok(
            admin.post(
                table.path(),
                request(
                    table.id(),
                    set,
                    columns,
                    partitions,
                    addCommit(1, 2000, stage(table, 1, 2000)))));
    assertThat(after.at("/metadata/properties/team").asText()).isEqualTo("sales");
    assertThat(after.at("/metadata/columns/fields")).hasSize(1);
    assertThat(after.at("/metadata/last-commit-version").asLong()).isEqualTo(1);
    assertThat(
            ok(admin.get("/api/2.1/unity-catalog/tables/main.default.described")).path("columns"))
        .hasSize(1);
    String drop =
        "{\"action\":\"remove-properties\",\"removals\":[\"delta.enableDeletionVectors\"]}";
    expect(
        admin.post(
            table.path(), request(table.id(), drop, addCommit(2, 3000, stage(table, 2, 3000)))),
        400,
        "InvalidParameterValueException");
    commit(table, 2, 3001);
    assertThat(ok(admin.get(table.path())).at("/metadata/last-commit-version").asLong())
        .isEqualTo(1);
  }

  @Test
  void ofManyWhoCommitOneVersionOneWins() throws Exception {
    Made table = make("raced");
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int version = 1; version <= 5; version++) {
        List<Callable<Integer>> racers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          String body =
              request(
                  table.id(),
                  addCommit(version, 2000 + version, stage(table, version, 2000 + version)));
          racers.add(() -> admin.post(table.path(), body).statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> status : threads.invokeAll(racers)) {
          statuses.add(status.get());
        }
        assertThat(statuses).containsOnlyOnce(200).filteredOn(status -> status != 200).hasSize(7);
        assertThat(statuses).filteredOn(status -> status != 200).containsOnly(409);
      }
    }
    assertThat(ok(admin.get(table.path())).path("commits")).hasSize(5);
  }

  @Test
  void rightsAreAskedForAndWhatIsHiddenIsAbsent() throws IOException {
    Made table = make("guarded");
    expect(ann.get(table.path()), 404, "NoSuchTableException");
    grantAnn();
    catalog.grant(SecurableType.TABLE, "main.default.guarded", "ann@example.org", Privilege.SELECT);
    ok(ann.get(table.path()));
    String commit = request(table.id(), addCommit(1, 2000, stage(table, 1, 2000)));
    expect(ann.post(table.path(), commit), 403, "PermissionDeniedException");
    catalog.grant(SecurableType.TABLE, "main.default.guarded", "ann@example.org", Privilege.MODIFY);
    ok(ann.post(table.path(), commit));
    expect(ann.delete(table.path()), 403, "PermissionDeniedException");
    assertThat(
            catalog.module.audit().search(catalog.admin, AuditQuery.newest(50)).items().stream()
                .anyMatch(
                    entry ->
                        entry.action().equals("COMMIT_TABLE")
                            && entry.principal().equals("ann@example.org")
                            && entry.parameters().get("version").equals("1")))
        .isTrue();
  }

  @Test
  void aTableIsRenamedReportedOnAndDeleted() throws IOException {
    Made table = make("short_lived");
    assertThat(head(table.path())).isEqualTo(204);
    String report = "{\"table-id\":\"%s\",\"report\":{\"commit-report\":{\"num-files-added\":3}}}";
    assertThat(admin.post(table.path() + "/metrics", report.formatted(table.id())).statusCode())
        .isEqualTo(204);
    expect(
        admin.post(table.path() + "/metrics", report.formatted(UUID.randomUUID())),
        400,
        "InvalidParameterValueException");
    assertThat(admin.post(table.path() + "/rename", "{\"new-name\":\"renamed\"}").statusCode())
        .isEqualTo(204);
    assertThat(head(table.path())).isEqualTo(404);
    String renamed = SCHEMA + "/tables/renamed";
    assertThat(ok(admin.get(renamed)).at("/metadata/table-uuid").asText())
        .isEqualTo(table.id().toString());
    assertThat(admin.delete(renamed).statusCode()).isEqualTo(204);
    expect(admin.get(renamed), 404, "NoSuchTableException");
  }

  private static int head(String path) {
    return admin.send(admin.request(path).method("HEAD", BodyPublishers.noBody())).statusCode();
  }

  @Test
  void whatIsNoDeltaTableSaysSoInTheWordThatClientsLookFor() {
    ok(
        admin.post(
            "/api/2.1/unity-catalog/tables",
            """
            {"name":"csv","catalog_name":"main","schema_name":"default","table_type":"EXTERNAL",
             "data_source_format":"CSV","storage_location":"file:///elsewhere/csv","columns":[]}
            """));
    HttpResponse<String> reply = admin.get(SCHEMA + "/tables/csv");
    expect(reply, 400, "UnsupportedTableFormatException");
  }

  @Test
  void anExternalDeltaTableIsDescribedAndHasNoCommits() {
    String body =
        """
        {"name":"outside","location":"file:///elsewhere/outside","table-type":"EXTERNAL",
         "columns":%s,"protocol":{"min-reader-version":1,"min-writer-version":2},
         "properties":{"a":"b"},"last-commit-timestamp-ms":5}
        """
            .formatted(COLUMNS);
    JsonNode made = ok(admin.post(SCHEMA + "/tables", body));
    assertThat(made.has("latest-table-version")).isFalse();
    UUID id = UUID.fromString(made.at("/metadata/table-uuid").asText());
    JsonNode after =
        ok(
            admin.post(
                SCHEMA + "/tables/outside",
                request(
                    id,
                    "{\"action\":\"set-properties\",\"updates\":{\"a\":\"c\"}}",
                    "{\"action\":\"update-metadata-snapshot-version\",\"last-commit-version\":7,"
                        + "\"last-commit-timestamp-ms\":9}")));
    assertThat(after.at("/metadata/properties/a").asText()).isEqualTo("c");
    assertThat(after.at("/metadata/last-commit-version").asLong()).isEqualTo(7);
    expect(
        admin.post(
            SCHEMA + "/tables/outside",
            request(id, addCommit(1, 2, "%020d.%s.json".formatted(1, UUID.randomUUID())))),
        400,
        "InvalidParameterValueException");
  }

  /** Fails when RelationService.create does not look where an external table lies. */
  @Test
  void case27_anExternalTableCannotBeLaidOverManagedData() throws IOException {
    Made table = make("covered");
    String place = table.folder().toUri().toString().replaceAll("/$", "");
    for (String location :
        List.of(
            place,
            place.replace("file:///", "file:/"),
            place + "/../" + table.id(),
            place.replace("/tables/", "/%74ables/"),
            place.substring("file://".length()),
            "file:///")) {
      expect(
          admin.post(
              SCHEMA + "/tables",
              """
              {"name":"cover","location":"%s","table-type":"EXTERNAL","columns":%s,
               "protocol":{"min-reader-version":1,"min-writer-version":2},"properties":{},
               "last-commit-timestamp-ms":5}
              """
                  .formatted(location, COLUMNS)),
          400,
          "InvalidParameterValueException");
    }
  }

  @Test
  void theVersionIsNegotiated() {
    JsonNode config = ok(admin.get(API + "/config?catalog=main&protocol-versions=1.0,2.1"));
    assertThat(config.path("protocol-version").asText()).isEqualTo("1.0");
    assertThat(config.path("endpoints").toString())
        .contains("POST /v1/catalogs/{catalog}/schemas/{schema}/staging-tables");
    expect(
        admin.get(API + "/config?catalog=absent&protocol-versions=1.0"),
        404,
        "NoSuchCatalogException");
    expect(
        admin.get(API + "/config?catalog=main&protocol-versions=2.0"),
        400,
        "InvalidParameterValueException");
    expect(admin.get(API + "/config?protocol-versions=1.0"), 400, "InvalidParameterValueException");
  }

  @Test
  void olderClientsCommitAndAskWithABodyInTheirGet() throws IOException {
    Made table = make("preview");
    String uri = table.folder().toUri().toString();
    String file = stage(table, 1, 2000);
    String body =
        """
        {"table_id":"%s","table_uri":"%s","commit_info":{"version":1,"timestamp":2000,
         "file_name":"%s","file_size":%d,"file_modification_timestamp":2000},
         "metadata":{"properties":{"properties":%s}}}
        """
            .formatted(
                table.id(),
                uri,
                file,
                line(2000).length(),
                Json.writeText(ManagedContract.properties(table.id()))
                    .replace("{", "{\"team\":\"x\","));
    assertThat(ok(admin.post(PREVIEW, body))).isEqualTo(Json.parse("{}"));
    ok(admin.post(PREVIEW, body));
    assertThat(ok(admin.get(table.path())).at("/metadata/properties/team").asText()).isEqualTo("x");
    String asked =
        "{\"table_id\":\"%s\",\"table_uri\":\"%s\",\"start_version\":0}".formatted(table.id(), uri);
    JsonNode commits = ok(admin.send("GET", PREVIEW, asked));
    assertThat(commits.path("latest_table_version").asLong()).isEqualTo(1);
    assertThat(commits.at("/commits/0/file_name").asText()).isEqualTo(file);
    HttpResponse<String> conflict = admin.post(PREVIEW, body.replace(file, stage(table, 1, 2000)));
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(conflict.body()).contains("COMMIT_VERSION_CONFLICT");
    assertThat(admin.send("GET", PREVIEW, asked.replace(uri, "file:///other")).statusCode())
        .isEqualTo(400);
    assertThat(
            admin
                .send(
                    "GET", PREVIEW, asked.replace(table.id().toString(), new UUID(0, 0).toString()))
                .statusCode())
        .isEqualTo(404);
  }

  private static void grantAnn(Privilege... onSchema) {
    catalog.grant(SecurableType.CATALOG, "main", "ann@example.org", Privilege.USE_CATALOG);
    catalog.grant(SecurableType.SCHEMA, "main.default", "ann@example.org", Privilege.USE_SCHEMA);
    if (onSchema.length > 0) {
      catalog.grant(SecurableType.SCHEMA, "main.default", "ann@example.org", onSchema);
    }
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  private static void expect(HttpResponse<String> reply, int status, String type) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    JsonNode error = TestServer.json(reply).path("error");
    assertThat(error.path("type").asText()).isEqualTo(type);
    assertThat(error.path("code").asInt()).isEqualTo(status);
  }
}
