package io.boathouse.catalog.location;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.volume.Volume;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signed addresses of files on the server's disk: what they give, to whom, and until when. */
class AccessTest {
  private static final String CREDENTIALS = "/api/2.1/unity-catalog/temporary-table-credentials";
  private static final String PATHS = "/api/2.1/unity-catalog/temporary-path-credentials";
  private static final String ANN = "ann@example.org";

  private static TestCatalog catalog;
  private static TestServer admin;
  private static TestServer ann;
  private static TestServer nobody;
  private static int tables;

  private FullName name;
  private UUID id;
  private Path folder;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    TestServer server = TestServer.start(catalog.module.authenticator(), catalog.module.routes());
    admin = server.as(catalog.module.bootstrap().administratorToken(""));
    Caller user = catalog.user(ANN);
    ann = server.as(catalog.module.tokens().create(user, "test", Duration.ofDays(9)).value());
    nobody = server.as("");
    catalog.grant(SecurableType.CATALOG, "main", ANN, Privilege.USE_CATALOG);
    catalog.grant(SecurableType.SCHEMA, "main.default", ANN, Privilege.USE_SCHEMA);
  }

  @AfterAll
  static void close() {
    admin.close();
    catalog.close();
  }

  @BeforeEach
  void aTableWithAFile() throws IOException {
    name = FullName.of("main", "default", "t" + tables++);
    id = UUID.randomUUID();
    Relation made =
        catalog
            .module
            .relations()
            .create(
                catalog.admin,
                NewRelation.managed(id, name, List.of(), Optional.empty(), Map.of()));
    folder = Path.of(URI.create(made.storageLocation().orElseThrow()));
    Files.createDirectories(folder.resolve("_delta_log"));
    Files.writeString(folder.resolve("part.parquet"), "0123456789");
    Files.writeString(folder.resolve("_delta_log/00000000000000000000.json"), "{}");
    Files.writeString(folder.resolveSibling("secret"), "of another");
  }

  private void grant(Privilege... privileges) {
    catalog.grant(SecurableType.TABLE, name.toString(), ANN, privileges);
  }

  private String issued(TestServer who, String operation) {
    HttpResponse<String> reply =
        who.post(
            CREDENTIALS, "{\"table_id\":\"%s\",\"operation\":\"%s\"}".formatted(id, operation));
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return TestServer.json(reply).path("file_access").asText();
  }

  private static HttpResponse<String> get(String path, String... headers) {
    var request = nobody.request(path);
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return nobody.send(request);
  }

  private static HttpResponse<String> put(String path, String body, String... headers) {
    var request = nobody.request(path).method("PUT", BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return nobody.send(request);
  }

  @Test
  void anAddressIsReadWithoutATokenWholeInPartsAndAsAList() {
    grant(Privilege.SELECT);
    String address = issued(ann, "READ");
    assertThat(get(address + "/part.parquet").body()).isEqualTo("0123456789");
    for (List<String> range :
        List.of(
            List.of("bytes=2-4", "234", "bytes 2-4/10"),
            List.of("bytes=7-", "789", "bytes 7-9/10"),
            List.of("bytes=-3", "789", "bytes 7-9/10"),
            List.of("bytes=8-99", "89", "bytes 8-9/10"))) {
      HttpResponse<String> part = get(address + "/part.parquet", "Range", range.get(0));
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(range.get(1));
      assertThat(part.headers().firstValue("Content-Range")).contains(range.get(2));
    }
    HttpResponse<String> beyond = get(address + "/part.parquet", "Range", "bytes=10-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    JsonNode list = TestServer.json(get(address));
    assertThat(list.path("files").findValuesAsText("path"))
        .containsExactly("_delta_log/00000000000000000000.json", "part.parquet");
    assertThat(get(address + "/absent").statusCode()).isEqualTo(404);
  }

  @Test
  void writingNeedsAnAddressForItAndNeverReplacesAVersion() {
    grant(Privilege.SELECT);
    assertThat(put(issued(ann, "READ") + "/new", "x").statusCode()).isEqualTo(403);
    assertThat(
            ann.post(
                    CREDENTIALS, "{\"table_id\":\"%s\",\"operation\":\"READ_WRITE\"}".formatted(id))
                .statusCode())
        .isEqualTo(403);
    grant(Privilege.MODIFY);
    String address = issued(ann, "READ_WRITE");
    assertThat(put(address + "/new", "one").statusCode()).isEqualTo(200);
    assertThat(put(address + "/new", "two").statusCode()).isEqualTo(200);
    assertThat(get(address + "/new").body()).isEqualTo("two");
    HttpResponse<String> taken = put(address + "/new", "three", "If-None-Match", "*");
    assertThat(taken.body()).contains("FILE_ALREADY_EXISTS");
    String version = "/_delta_log/00000000000000000000.json";
    assertThat(put(address + version, "forged").body()).contains("FILE_ALREADY_EXISTS");
    assertThat(get(address + version).body()).isEqualTo("{}");
    assertThat(put(address + "/_delta_log/00000000000000000001.json", "{}").statusCode())
        .isEqualTo(200);
  }

  /** Fails when FileAccess.isVersion looks at the path below the address and not at the whole. */
  @Test
  void case88_anAddressOfTheLogItselfNeverReplacesAVersionEither() throws IOException {
    grant(Privilege.SELECT, Privilege.MODIFY);
    Path staged = folder.resolve("_delta_log/_staged_commits/00000000000000000001.u.json");
    Files.createDirectories(staged.getParent());
    Files.writeString(staged, "{}");
    for (Path part : List.of(folder, folder.resolve("_delta_log"), staged.getParent())) {
      String body = "{\"url\":\"%s\",\"operation\":\"PATH_READ_WRITE\"}".formatted(part.toUri());
      String address = TestServer.json(ann.post(PATHS, body)).path("file_access").asText();
      String relative = part.relativize(staged).toString();
      assertThat(put(address + "/" + relative, "forged").body()).contains("FILE_ALREADY_EXISTS");
    }
    String log =
        "{\"url\":\"%s\",\"operation\":\"PATH_READ_WRITE\"}"
            .formatted(folder.resolve("_delta_log").toUri());
    String address = TestServer.json(ann.post(PATHS, log)).path("file_access").asText();
    assertThat(put(address + "/00000000000000000000.json", "forged").body())
        .contains("FILE_ALREADY_EXISTS");
    assertThat(staged).hasContent("{}");
    assertThat(folder.resolve("_delta_log/00000000000000000000.json")).hasContent("{}");
  }

  /** Fails when FileAccess.open does not ask for the right again. */
  @Test
  void case28_aRevokedRightEndsAnAddressThatWasIssuedBefore() {
    grant(Privilege.SELECT, Privilege.MODIFY);
    String writing = issued(ann, "READ_WRITE");
    String reading = issued(ann, "READ");
    assertThat(get(writing + "/part.parquet").statusCode()).isEqualTo(200);
    catalog.revoke(SecurableType.TABLE, name.toString(), ANN, Privilege.MODIFY);
    assertThat(put(writing + "/x", "x").body()).contains("ACCESS_WITHDRAWN");
    assertThat(get(reading + "/part.parquet").statusCode()).isEqualTo(200);
    catalog.revoke(SecurableType.TABLE, name.toString(), ANN, Privilege.SELECT);
    HttpResponse<String> after = get(reading + "/part.parquet");
    assertThat(after.statusCode()).isEqualTo(403);
    assertThat(after.body()).contains("ACCESS_WITHDRAWN").doesNotContain("0123456789");
    grant(Privilege.SELECT);
    String again = issued(ann, "READ");
    catalog.module.relations().delete(catalog.admin, name);
    assertThat(get(again + "/part.parquet").statusCode()).isEqualTo(403);
  }

  /** Fails when AccessTokens.read does not compare the time. */
  @Test
  void case28_anAddressEndsByItself() {
    grant(Privilege.SELECT);
    String address = issued(ann, "READ");
    catalog.pass(Duration.ofMinutes(59));
    assertThat(get(address + "/part.parquet").statusCode()).isEqualTo(200);
    catalog.pass(Duration.ofMinutes(2));
    assertThat(get(address + "/part.parquet").body()).contains("ACCESS_EXPIRED");
  }

  /** Fails when the folder is not scoped (FileAccess.open returns the whole store). */
  @Test
  void case02_noSpellingOfAPathLeavesTheFolder() {
    String address = issued(admin, "READ_WRITE");
    for (String path :
        List.of(
            "/../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/%252e%252e/secret",
            "/x/../../secret",
            "/..%5csecret",
            "/%2fetc/passwd",
            "//etc/passwd",
            "/%00secret",
            "/._/../../secret")) {
      HttpResponse<String> read = get(address + path);
      assertThat(read.statusCode()).as(path).isBetween(400, 404);
      assertThat(read.body()).as(path).doesNotContain("of another", "root:");
      assertThat(put(address + path, "planted").statusCode()).as(path).isNotEqualTo(500);
    }
    assertThat(folder.resolveSibling("secret")).hasContent("of another");
    assertThat(get(address + "?folder=../").statusCode()).isEqualTo(400);
  }

  /** Fails when AccessTokens.verified takes a payload without comparing its code. */
  @Test
  void case88_aChangedAddressIsRefused() {
    grant(Privilege.SELECT);
    String address = issued(ann, "READ");
    String token = address.substring(AccessService.FILES.length());
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    String text = new String(bytes, 32, bytes.length - 32, StandardCharsets.UTF_8);
    for (String forged :
        List.of(
            text.replace("\nREAD\n", "\nREAD_WRITE\n"),
            text.replace("tables/" + id, "tables"),
            text.replaceFirst("\n1767", "\n9767"))) {
      assertThat(forged).isNotEqualTo(text);
      byte[] payload = forged.getBytes(StandardCharsets.UTF_8);
      byte[] changed = Arrays.copyOf(bytes, 32 + payload.length);
      System.arraycopy(payload, 0, changed, 32, payload.length);
      String other = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
      HttpResponse<String> reply = get(AccessService.FILES + other + "/part.parquet");
      assertThat(reply.statusCode()).isEqualTo(403);
      assertThat(reply.body()).contains("INVALID_ACCESS_TOKEN");
    }
    for (String bad : List.of("x", "%%", token + "AA", token.substring(1), "A".repeat(5000))) {
      assertThat(get(AccessService.FILES + bad.replace("%", "%25") + "/f").statusCode())
          .isIn(400, 403, 414, 431);
    }
  }

  @Test
  void aPathIsCoveredByTheTableOrVolumeThatItLiesIn() {
    String location = folder.toUri().toString();
    String inside = "{\"url\":\"%spart\",\"operation\":\"PATH_READ\"}".formatted(location);
    assertThat(ann.post(PATHS, inside).statusCode()).isEqualTo(403);
    grant(Privilege.SELECT);
    JsonNode issued = TestServer.json(ann.post(PATHS, inside));
    assertThat(issued.path("url").asText()).endsWith(id + "/part");
    String address = issued.path("file_access").asText();
    assertThat(get(address + "/part.parquet").statusCode()).isEqualTo(404);
    assertThat(ann.post(PATHS, inside.replace("PATH_READ", "PATH_READ_WRITE")).statusCode())
        .isEqualTo(403);
    String root = location.substring(0, location.indexOf("tables/"));
    for (String elsewhere :
        List.of("file:///etc", root, root + "tables/", root + "x/" + id, "s3://b/" + id, "::")) {
      HttpResponse<String> refused =
          admin.post(PATHS, "{\"url\":\"%s\",\"operation\":\"PATH_READ\"}".formatted(elsewhere));
      assertThat(refused.statusCode()).as(elsewhere).isIn(400, 403);
    }
    String climbing = location + "../" + UUID.randomUUID() + "/";
    assertThat(
            ann.post(PATHS, "{\"url\":\"%s\",\"operation\":\"PATH_READ\"}".formatted(climbing))
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void aVolumesFilesAreReadAndWrittenByItsPrivileges() {
    FullName volumeName = FullName.of("main", "default", "v" + tables);
    Volume volume =
        catalog
            .module
            .volumes()
            .create(
                catalog.admin, volumeName, Volume.Kind.MANAGED, Optional.empty(), Optional.empty());
    UUID volumeId = volume.securable().id();
    String body = "{\"volume_id\":\"%s\",\"operation\":\"%s\"}";
    String path = "/api/2.1/unity-catalog/temporary-volume-credentials";
    catalog.grant(SecurableType.VOLUME, volumeName.toString(), ANN, Privilege.READ_VOLUME);
    assertThat(ann.post(path, body.formatted(volumeId, "WRITE_VOLUME")).statusCode())
        .isEqualTo(403);
    String writing =
        TestServer.json(admin.post(path, body.formatted(volumeId, "WRITE_VOLUME")))
            .path("file_access")
            .asText();
    assertThat(put(writing + "/a/b.txt", "hello").statusCode()).isEqualTo(200);
    String reading =
        TestServer.json(ann.post(path, body.formatted(volumeId, "READ_VOLUME")))
            .path("file_access")
            .asText();
    assertThat(get(reading + "/a/b.txt").body()).isEqualTo("hello");
  }

  @Test
  void whoIsIssuedWhatIsAudited() {
    grant(Privilege.SELECT);
    String unused = issued(ann, "READ");
    assertThat(catalog.module.audit().search(catalog.admin, AuditQuery.newest(20)).items())
        .anyMatch(
            entry ->
                entry.action().equals("ISSUE_ACCESS")
                    && entry.principal().equals(ANN)
                    && entry.securableName().equals(Optional.of(name.toString()))
                    && "READ".equals(entry.parameters().get("operation")));
  }
}
