package io.boathouse.catalog.location;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.TokenService;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage credentials and external locations over Unity Catalog's REST, and what lies in them. */
class ExternalLocationsTest {
  private static final String BASE = "/api/2.1/unity-catalog/";
  private static final String ANN = "ann@example.org";
  private static final String SECRET = "the-secret-of-the-pair";

  @TempDir static Path folder;
  private static TokenService service;
  private static TestCatalog catalog;
  private static TestServer admin;
  private static TestServer ann;

  @BeforeAll
  static void open() {
    service = new TokenService();
    catalog =
        new TestCatalog(
            TestCatalog.external(List.of(folder.resolve("open")), List.of(service.uri())));
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    Caller user = catalog.user(ANN);
    ann = server.as(catalog.module.tokens().create(user, "test", Duration.ofDays(9)).value());
    catalog.grant(SecurableType.CATALOG, "main", ANN, Privilege.USE_CATALOG);
    catalog.grant(
        SecurableType.SCHEMA, "main.default", ANN, Privilege.USE_SCHEMA, Privilege.CREATE_TABLE);
    catalog.grant(
        SecurableType.METASTORE,
        "",
        ANN,
        Privilege.CREATE_STORAGE_CREDENTIAL,
        Privilege.CREATE_EXTERNAL_LOCATION);
  }

  @AfterAll
  static void close() {
    admin.close();
    catalog.close();
    service.close();
  }

  private static JsonNode ok(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply);
  }

  private static void refused(HttpResponse<String> reply, int status, String reason) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    assertThat(reply.body()).contains(reason);
  }

  private static HttpResponse<String> pair(TestServer who, String name) {
    return who.post(
        BASE + "storage-credentials",
        Json.writeText(
            Map.of(
                "name",
                name,
                "s3_compatible",
                Map.of(
                    "access_key_id",
                    "server-key",
                    "secret_access_key",
                    SECRET,
                    "path_style",
                    true,
                    "endpoint",
                    service.uri().toString(),
                    "access_role",
                    TokenService.ROLE,
                    "sts_endpoint",
                    service.uri().toString()))));
  }

  private static HttpResponse<String> location(TestServer who, String name, String url, String by) {
    return who.post(
        BASE + "external-locations",
        Json.writeText(Map.of("name", name, "url", url, "credential_name", by)));
  }

  private static HttpResponse<String> table(TestServer who, String name, String location) {
    return who.post(
        BASE + "tables",
        Json.writeText(
            Map.of(
                "name", name,
                "catalog_name", "main",
                "schema_name", "default",
                "table_type", "EXTERNAL",
                "data_source_format", "DELTA",
                "storage_location", location,
                "columns", List.of())));
  }

  private static HttpResponse<String> path(TestServer who, String url, String operation) {
    return who.post(
        BASE + "temporary-path-credentials",
        Json.writeText(Map.of("url", url, "operation", operation)));
  }

  private static HttpResponse<String> tableKeys(TestServer who, JsonNode table, String operation) {
    return who.post(
        BASE + "temporary-table-credentials",
        Json.writeText(
            Map.of("table_id", table.path("table_id").asText(), "operation", operation)));
  }

  /** Fails when StorageCredentialService.row keeps the secret as it is. */
  @Test
  void aCredentialLivesAndItsSecretIsSealedAndNeverShown() {
    JsonNode made = ok(pair(ann, "Pair"));
    assertThat(made.path("name").asText()).isEqualTo("pair");
    assertThat(made.path("owner").asText()).isEqualTo(ANN);
    assertThat(made.at("/s3_compatible/access_key_id").asText()).isEqualTo("server-key");
    String one = BASE + "credentials/pair";
    String renamed = ok(ann.send("PATCH", one, "{\"new_name\":\"other\"}")).toString();
    String all =
        made
            + renamed
            + ann.get(BASE + "credentials").body()
            + ann.get(BASE + "storage-credentials").body()
            + ann.get(BASE + "storage-credentials/other").body()
            + catalog.module.audit().search(catalog.admin, AuditQuery.newest(50)).items();
    assertThat(all).contains("\"storage_credentials\"", "other").doesNotContain(SECRET);
    byte[] sealed =
        catalog
            .fixture
            .database()
            .read(
                handle ->
                    handle
                        .createQuery(
                            "SELECT sealed FROM catalog_storage_credential WHERE securable_id ="
                                + " :id")
                        .bind("id", UUID.fromString(made.path("id").asText()))
                        .mapTo(byte[].class)
                        .one());
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    assertThat(admin.get(BASE + "credentials/absent").statusCode()).isEqualTo(404);
    assertThat(ann.delete(BASE + "credentials/other").statusCode()).isEqualTo(200);
    assertThat(ann.get(BASE + "credentials/other").statusCode()).isEqualTo(404);
  }

  /** Fails when StorageCredentialService.requireKnown takes every address. */
  @Test
  void case40_theServerAsksNoAddressThatItsOperatorHasNotNamed() {
    for (String field : List.of("endpoint", "sts_endpoint")) {
      for (String address :
          List.of(
              "http://169.254.169.254/",
              "http://127.0.0.1:1",
              service.uri() + "0",
              service.uri().toString().replace("http:", "https:"),
              "file:///etc")) {
        refused(
            admin.post(
                BASE + "credentials",
                """
                {"name":"inside","s3_compatible":{"access_key_id":"a","secret_access_key":"b",
                 "%s":"%s"}}
                """
                    .formatted(field, address)),
            400,
            "ENDPOINT_NOT_ALLOWED");
      }
    }
    refused(
        admin.post(BASE + "credentials", "{\"name\":\"n\",\"aws_iam_role\":{\"role_arn\":\"x\"}}"),
        400,
        "INVALID_LOCATION");
    assertThat(admin.post(BASE + "credentials", "{\"name\":\"n\"}").statusCode()).isEqualTo(400);
  }

  /** Fails when ExternalStorage.allows does not follow links. */
  @Test
  void case04_onlyReleasedFoldersOfTheDiskAndPlacesOfTheirOwnBecomeLocations() throws IOException {
    Path open = Files.createDirectories(folder.resolve("open"));
    Path closed = Files.createDirectories(folder.resolve("closed"));
    Path unused = Files.createSymbolicLink(open.resolve("link"), closed);
    String inside = open.resolve("places").toUri().toString();
    for (String url :
        List.of(
            closed.toUri().toString(),
            open.toUri() + "../closed",
            open.resolve("link").toUri().toString(),
            open.resolve("link/below").toUri().toString(),
            open.toUri().toString().replaceFirst("/$", "ed"),
            "file:///etc")) {
      refused(location(admin, "l", url, ""), 400, "FOLDER_NOT_ALLOWED");
    }
    for (String url : List.of("ftp://x/y", "s3://", "file://host/x", "http://x")) {
      assertThat(location(admin, "l", url, "").statusCode()).as(url).isEqualTo(400);
    }
    refused(location(admin, "l", "s3://bucket/x", ""), 400, "credential_name");
    JsonNode made = ok(location(admin, "places", inside, ""));
    assertThat(made.path("url").asText()).isEqualTo(inside);
    for (String url : List.of(inside, inside + "/below", open.toUri().toString())) {
      refused(location(admin, "l", url, ""), 400, "LOCATION_OVERLAP");
    }
    String own = Path.of("target").toAbsolutePath().toUri().toString();
    refused(location(admin, "l", own, ""), 400, "LOCATION_OVERLAP");
    assertThat(ann.get(BASE + "external-locations/places").statusCode()).isEqualTo(404);
    assertThat(ok(ann.get(BASE + "external-locations")).path("external_locations")).isEmpty();
    JsonNode changed =
        ok(
            admin.send(
                "PATCH",
                BASE + "external-locations/places",
                "{\"comment\":\"c\",\"read_only\":true,\"new_name\":\"places2\"}"));
    assertThat(changed.path("read_only").asBoolean()).isTrue();
    assertThat(changed.path("name").asText()).isEqualTo("places2");
    assertThat(admin.delete(BASE + "external-locations/places2").statusCode()).isEqualTo(200);
  }

  @Test
  void anExternalTableLiesInALocationThatItsMakerMayUseAndInAPlaceOfItsOwn() {
    String root = folder.resolve("open/tables").toUri().toString();
    refused(table(admin, "nowhere", "s3://elsewhere/t"), 403, "NO_EXTERNAL_LOCATION");
    assertThat(table(admin, "registered", "file:///elsewhere/t").statusCode()).isEqualTo(200);
    refused(table(ann, "nowhere", "file:///elsewhere/u"), 403, "NO_EXTERNAL_LOCATION");
    JsonNode unused = ok(location(admin, "lake", root, ""));
    refused(table(ann, "mine", root + "/a"), 403, "NO_EXTERNAL_LOCATION");
    catalog.grant(SecurableType.EXTERNAL_LOCATION, "lake", ANN, Privilege.READ_FILES);
    refused(table(ann, "mine", root + "/a"), 403, "CREATE_EXTERNAL_TABLE");
    catalog.grant(SecurableType.EXTERNAL_LOCATION, "lake", ANN, Privilege.CREATE_EXTERNAL_TABLE);
    JsonNode made = ok(table(ann, "mine", root + "/a"));
    assertThat(made.path("storage_location").asText()).isEqualTo(root + "/a");
    for (String taken : List.of(root + "/a", root + "/a/b", root, root + "/x/../a/")) {
      refused(table(ann, "second", taken), 400, "LOCATION_OVERLAP");
    }
    JsonNode unusedSecond = ok(table(ann, "second", root + "/ab"));
    refused(admin.delete(BASE + "external-locations/lake"), 400, "LOCATION_IN_USE");
    refused(
        admin.send("PATCH", BASE + "external-locations/lake", "{\"url\":\"%s2\"}".formatted(root)),
        400,
        "LOCATION_IN_USE");
    assertThat(admin.delete(BASE + "tables/main.default.mine").statusCode()).isEqualTo(200);
    JsonNode unusedThird = ok(table(ann, "third", root + "/a/b"));
    assertThat(admin.delete(BASE + "external-locations/lake?force=true").statusCode())
        .isEqualTo(200);
    assertThat(admin.get(BASE + "tables/main.default.third").statusCode()).isEqualTo(200);
  }

  /** Fails when AccessService.externalPath leaves out requireFree. */
  @Test
  void case28_keysAreGoodForOneTableOrPathOfABucketAndByRight() {
    JsonNode unused = ok(pair(admin, "minted"));
    refused(location(ann, "bucket", "s3://lake/house", "minted"), 404, "minted");
    catalog.grant(
        SecurableType.STORAGE_CREDENTIAL, "minted", ANN, Privilege.CREATE_EXTERNAL_LOCATION);
    JsonNode unusedLocation = ok(location(ann, "bucket", "s3://lake/house", "minted"));
    refused(admin.delete(BASE + "credentials/minted"), 400, "LOCATION_IN_USE");
    JsonNode made = ok(table(ann, "inbucket", "s3a://lake/house/t1"));

    JsonNode keys = ok(tableKeys(ann, made, "READ"));

    assertThat(keys.at("/aws_temp_credentials/session_token").asText()).isEqualTo("made-token");
    assertThat(keys.toString()).doesNotContain(SECRET);
    assertThat(service.asked()).containsEntry("RoleArn", TokenService.ROLE);
    assertThat(service.allows("s3:GetObject", "lake", "house/t1/part-0")).isTrue();
    assertThat(service.allows("s3:GetObject", "lake", "house/t2/part-0")).isFalse();
    assertThat(service.allows("s3:PutObject", "lake", "house/t1/part-0")).isFalse();
    for (String taken : List.of("s3://lake/house/t1", "s3://lake/house", "s3://lake/house/t1/x")) {
      refused(path(ann, taken, "PATH_READ"), 403, "PLACE_IS_TAKEN");
    }
    assertThat(ok(path(ann, "s3://lake/house/files", "PATH_READ_WRITE")).toString())
        .contains("made-token");
    assertThat(service.allows("s3:PutObject", "lake", "house/files/x")).isTrue();
    assertThat(service.allows("s3:PutObject", "lake", "house/x")).isFalse();
    Caller bob = catalog.user("bob@example.org");
    TestServer bobs =
        admin.as(catalog.module.tokens().create(bob, "test", Duration.ofDays(1)).value());
    refused(path(bobs, "s3://lake/house/files", "PATH_READ"), 403, "NO_EXTERNAL_LOCATION");
    catalog.grant(SecurableType.EXTERNAL_LOCATION, "bucket", bob.principal(), Privilege.READ_FILES);
    JsonNode unusedKeys = ok(path(bobs, "s3://lake/house/files", "PATH_READ"));
    refused(path(bobs, "s3://lake/house/files", "PATH_READ_WRITE"), 403, "WRITE_FILES");
    refused(path(bobs, "s3://lake/house/new", "PATH_CREATE_TABLE"), 403, "CREATE_EXTERNAL_TABLE");
    JsonNode unusedChange =
        ok(ann.send("PATCH", BASE + "external-locations/bucket", "{\"read_only\":true}"));
    refused(tableKeys(ann, made, "READ_WRITE"), 403, "LOCATION_IS_READ_ONLY");
  }

  @Test
  void aRoleIsTakenOnWithTheCredentialsOwnExternalId() {
    JsonNode made =
        ok(
            admin.post(
                BASE + "credentials",
                "{\"name\":\"role\",\"purpose\":\"STORAGE\",\"aws_iam_role\":{\"role_arn\":\"%s\"}}"
                    .formatted(TokenService.ROLE)));
    String externalId = made.at("/aws_iam_role/external_id").asText();
    assertThat(externalId).isEqualTo(made.path("id").asText());
    JsonNode unused = ok(location(admin, "by_role", "s3://other", "role"));
    assertThat(ok(path(admin, "s3://other/any", "PATH_READ")).toString()).contains("made-token");
    assertThat(service.asked()).containsEntry("ExternalId", externalId);
    assertThat(service.allows("s3:GetObject", "other", "any/x")).isTrue();
    assertThat(admin.delete(BASE + "credentials/role?force=true").statusCode()).isEqualTo(200);
    assertThat(admin.get(BASE + "external-locations/by_role").statusCode()).isEqualTo(404);
  }
}
