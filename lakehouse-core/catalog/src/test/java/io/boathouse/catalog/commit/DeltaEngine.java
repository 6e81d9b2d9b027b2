package io.boathouse.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Unity Catalog's Delta API as engines see it; what they write themselves is written by hand. */
abstract class DeltaEngine {
  static final String API = "/api/2.1/unity-catalog/delta/v1";
  static final String SCHEMA = API + "/catalogs/main/schemas/default";
  static final String PREVIEW = "/api/2.1/unity-catalog/delta/preview/commits";
  static final String COLUMNS =
      """
      {"type":"struct","fields":[
        {"name":"id","type":"long","nullable":false,"metadata":{"comment":"the key"}},
        {"name":"tags","type":{"type":"array","element-type":"string","contains-null":true},
         "nullable":true,"metadata":{}},
        {"name":"price","type":"decimal(10,2)","nullable":true,"metadata":{}}]}
      """;

  static TestCatalog catalog;
  static TestServer admin;
  static TestServer ann;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    JsonNode unused =
        ok(
            admin.post(
                "/api/2.1/unity-catalog/external-locations",
                "{\"name\":\"elsewhere\",\"url\":\"file:///elsewhere\"}"));
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
  record Made(String name, UUID id, Path folder) {
    String path() {
      return SCHEMA + "/tables/" + name;
    }
  }

  static Made make(String name) throws IOException {
    JsonNode staged = ok(admin.post(SCHEMA + "/staging-tables", "{\"name\":\"" + name + "\"}"));
    UUID id = UUID.fromString(staged.path("table-id").asText());
    Path folder = Path.of(URI.create(staged.path("location").asText()));
    Files.createDirectories(folder.resolve("_delta_log/_staged_commits"));
    Files.writeString(folder.resolve("_delta_log/00000000000000000000.json"), line(1000));
    ok(admin.post(SCHEMA + "/tables", creation(name, staged)));
    return new Made(name, id, folder);
  }

  static String creation(String name, JsonNode staged) {
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

  static String line(long at) {
    return "{\"commitInfo\":{\"inCommitTimestamp\":" + at + ",\"operation\":\"WRITE\"}}\n";
  }

  static String stage(Made table, long version, long at) throws IOException {
    String name = "%020d.%s.json".formatted(version, UUID.randomUUID());
    Files.writeString(table.folder().resolve("_delta_log/_staged_commits").resolve(name), line(at));
    return name;
  }

  static void publish(Made table, long version, String name) throws IOException {
    Path log = table.folder().resolve("_delta_log");
    Files.copy(
        log.resolve("_staged_commits").resolve(name), log.resolve("%020d.json".formatted(version)));
  }

  static String addCommit(long version, long at, String file) {
    return """
    {"action":"add-commit","commit":{"version":%d,"timestamp":%d,"file-name":"%s",
     "file-size":%d,"file-modification-timestamp":%d}}
    """
        .formatted(version, at, file, line(at).length(), at);
  }

  static String published(long version) {
    return """
    {"action":"set-latest-backfilled-version","latest-published-version":%d}
    """
        .formatted(version);
  }

  static String request(UUID id, String... updates) {
    return """
    {"requirements":[{"type":"assert-table-uuid","uuid":"%s"}],"updates":[%s]}
    """
        .formatted(id, String.join(",", updates));
  }

  static String commit(Made table, long version, long at) throws IOException {
    String file = stage(table, version, at);
    ok(admin.post(table.path(), request(table.id(), addCommit(version, at, file))));
    return file;
  }

  static void grantAnn(Privilege... onSchema) {
    catalog.grant(SecurableType.CATALOG, "main", "ann@example.org", Privilege.USE_CATALOG);
    catalog.grant(SecurableType.SCHEMA, "main.default", "ann@example.org", Privilege.USE_SCHEMA);
    if (onSchema.length > 0) {
      catalog.grant(SecurableType.SCHEMA, "main.default", "ann@example.org", onSchema);
    }
  }

  static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  static void expect(HttpResponse<String> reply, int status, String type) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    JsonNode error = TestServer.json(reply).path("error");
    assertThat(error.path("type").asText()).isEqualTo(type);
    assertThat(error.path("code").asInt()).isEqualTo(status);
  }

  static List<String> commits(JsonNode loaded) {
    return loaded.path("commits").findValuesAsText("file-name");
  }

  static int head(String path) {
    return admin.send(admin.request(path).method("HEAD", BodyPublishers.noBody())).statusCode();
  }
}
