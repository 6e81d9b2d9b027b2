package io.boathouse.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tables over Unity Catalog's Delta API: made, described, changed, hidden and deleted. */
class DeltaApiTest extends DeltaEngine {
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

  private static JsonNode stagedForUnityCatalog(String name) {
    return ok(
        admin.post(
            "/api/2.1/unity-catalog/staging-tables",
            "{\"name\":\"%s\",\"catalog_name\":\"main\",\"schema_name\":\"default\"}"
                .formatted(name)));
  }

  private static HttpResponse<String> createManaged(String name, JsonNode staged, String columns) {
    return admin.post(
        "/api/2.1/unity-catalog/tables",
        """
        {"name":"%s","catalog_name":"main","schema_name":"default","table_type":"MANAGED",
         "data_source_format":"DELTA","storage_location":"%s","columns":[%s],
         "properties":{"team":"sales"}}
        """
            .formatted(name, staged.path("staging_location").asText(), columns));
  }

  private static void firstVersion(JsonNode staged, String protocol, String configuration)
      throws IOException {
    Path log =
        Files.createDirectories(
            Path.of(URI.create(staged.path("staging_location").asText())).resolve("_delta_log"));
    Files.writeString(
        log.resolve("00000000000000000000.json"),
        line(1000)
            + "{\"protocol\":%s}\n".formatted(protocol)
            + """
            {"metaData":{"id":"m","format":{"provider":"parquet","options":{}},
            "schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"Id\\",
            \\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}}]}",
            "partitionColumns":[],"configuration":%s}}
            """
                .replace("\n", "")
                .formatted(configuration)
            + "\n");
  }

  @Test
  void aManagedTableIsMadeOfWhatItsMakerPutIntoAStagingTable() throws IOException {
    JsonNode staged = stagedForUnityCatalog("by_path");
    String id = staged.path("id").asText();
    assertThat(staged.path("staging_location").asText()).endsWith(id);
    assertThat(createManaged("by_path", staged, "").body()).contains("FIRST_VERSION_MISSING");
    firstVersion(staged, "{\"minReaderVersion\":1,\"minWriterVersion\":2}", "{\"a\":\"b\"}");
    String other = "{\"name\":\"other\",\"type_text\":\"bigint\",\"type_name\":\"LONG\"}";
    assertThat(createManaged("by_path", staged, other).statusCode()).isEqualTo(400);
    assertThat(createManaged("else", staged, "").statusCode()).isEqualTo(404);

    JsonNode made = ok(createManaged("by_path", staged, other.replace("other", "id")));

    assertThat(made.path("table_id").asText()).isEqualTo(id);
    assertThat(made.path("table_type").asText()).isEqualTo("MANAGED");
    assertThat(made.at("/columns/0/name").asText()).isEqualTo("Id");
    assertThat(made.at("/properties/a").asText()).isEqualTo("b");
    assertThat(made.at("/properties/team").asText()).isEqualTo("sales");
    assertThat(catalog.module.commits().window(UUID.fromString(id))).isEmpty();
    assertThat(createManaged("by_path", staged, "").statusCode()).isEqualTo(404);
  }

  @Test
  void aStagedTableWithTheFeatureHasItsVersionsRatified() throws IOException {
    JsonNode staged = stagedForUnityCatalog("ratified");
    UUID id = UUID.fromString(staged.path("id").asText());
    String features = Json.writeText(ManagedContract.READER_FEATURES);
    String protocol =
        "{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":%s,\"writerFeatures\":%s}"
            .formatted(features, Json.writeText(ManagedContract.WRITER_FEATURES));
    firstVersion(staged, protocol, "{}");
    assertThat(createManaged("ratified", staged, "").statusCode()).isEqualTo(400);
    firstVersion(staged, protocol, Json.writeText(ManagedContract.properties(id)));

    JsonNode unused = ok(createManaged("ratified", staged, ""));

    assertThat(catalog.module.commits().window(id).orElseThrow().latest()).isZero();
    Path folder = Path.of(URI.create(staged.path("staging_location").asText()));
    Files.createDirectories(folder.resolve("_delta_log/_staged_commits"));
    Made table = new Made("ratified", id, folder);
    assertThat(commit(table, 1, 2000)).isNotEmpty();
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
}
