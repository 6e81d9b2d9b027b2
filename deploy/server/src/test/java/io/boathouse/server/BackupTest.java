package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.RestException;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The drill: a working server is backed up, and all of it comes back somewhere else. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupTest {
  private static final String FEATURES = "/api/2.0/boathouse/feature-tables";
  private static final String VOLUME = "/api/2.0/fs/files/Volumes/main/default/papers/a/b.txt";

  /** More than a file's name and place take in the archive, so that some content is met. */
  private static final int ALTERED = 400;

  private static final String CONTENT = "what was written";

  @TempDir static Path folder;
  private static DataDirectory directory;
  private static Boathouse boathouse;
  private static String token;
  private static RestClient client;
  private static SqlClient sql;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.open(folder.resolve("data"));
    boathouse = boathouse(directory);
    token = boathouse.administratorToken("");
    directory.writeToken(token);
    client = new RestClient(boathouse.uri(), token);
    sql = new SqlClient(client);
    fill();
  }

  @AfterAll
  static void stop() {
    boathouse.close();
    directory.close();
  }

  private static Boathouse boathouse(DataDirectory directory) throws IOException {
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    return new Boathouse(directory, config, InstantSource.system());
  }

  private static void fill() throws Exception {
    run("CREATE TABLE kept AS SELECT range AS n, 'row ' || range AS name FROM range(1000)");
    run("CREATE TABLE log AS SELECT 0 AS n");
    run(
        "CREATE TABLE airports AS SELECT * FROM (VALUES ('ATL', TIMESTAMPTZ '2001-06-30"
            + " 10:00:00Z', 0.25::DOUBLE)) t(origin, landing, late)");
    run(
        "CREATE TABLE ratified (n BIGINT)"
            + " TBLPROPERTIES ('delta.feature.catalogManaged' = 'supported')");
    run("INSERT INTO ratified VALUES (1)");
    ratifyWithoutPublishing();
    JsonNode features =
        client.post(
            FEATURES,
            Map.of(
                "name", "main.default.airports",
                "primary_keys", List.of("origin"),
                "timestamp_column", "landing"));
    JsonNode published = client.post(FEATURES + "/main.default.airports/publish", Map.of());
    JsonNode volume =
        client.post(
            "/api/2.1/unity-catalog/volumes",
            Map.of(
                "catalog_name", "main",
                "schema_name", "default",
                "name", "papers",
                "volume_type", "MANAGED"));
    JsonNode experiment =
        client.post("/api/2.0/mlflow/experiments/create", Map.of("name", "before"));
    assertThat(List.of(features, published, volume, experiment)).noneMatch(JsonNode::isEmpty);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest put =
          HttpRequest.newBuilder(boathouse.uri().resolve(VOLUME))
              .header("Authorization", "Bearer " + token)
              .PUT(HttpRequest.BodyPublishers.ofString(CONTENT))
              .build();
      assertThat(http.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
    }
  }

  /** A version that another engine stages and has ratified, and does not publish. */
  private static void ratifyWithoutPublishing() throws Exception {
    String api = "/api/2.1/unity-catalog/delta/v1/catalogs/main/schemas/default/tables/ratified";
    JsonNode metadata = client.get(api).path("metadata");
    Path table = Path.of(URI.create(metadata.path("location").asText()));
    Path log = table.resolve("_delta_log");
    List<String> first = Files.readAllLines(log.resolve("00000000000000000001.json"));
    long at = Json.parse(first.getFirst()).at("/commitInfo/inCommitTimestamp").asLong() + 1;
    String add =
        first.stream().filter(line -> line.startsWith("{\"add\"")).findFirst().orElseThrow();
    String file = Json.parse(add).at("/add/path").asText();
    var unusedCopy = Files.copy(table.resolve(file), table.resolve("again.parquet"));
    String name = "00000000000000000002." + UUID.randomUUID() + ".json";
    Path staged = log.resolve("_staged_commits").resolve(name);
    Files.writeString(
        staged,
        "{\"commitInfo\":{\"inCommitTimestamp\":%d,\"timestamp\":%d,\"operation\":\"WRITE\"}}\n%s\n"
            .formatted(at, at, add.replace(file, "again.parquet")));
    JsonNode ratified =
        client.post(
            api,
            Map.of(
                "requirements",
                List.of(
                    Map.of(
                        "type", "assert-table-uuid", "uuid", metadata.path("table-uuid").asText())),
                "updates",
                List.of(
                    Map.of(
                        "action",
                        "add-commit",
                        "commit",
                        Map.of(
                            "version", 2,
                            "timestamp", at,
                            "file-name", name,
                            "file-size", Files.size(staged),
                            "file-modification-timestamp", at)))));
    assertThat(ratified.path("latest-table-version").asLong()).isEqualTo(2);
    assertThat(log.resolve("00000000000000000002.json")).doesNotExist();
  }

  private static void run(String statement) throws Exception {
    var unused = sql.run(statement);
  }

  /** Appends rows, and makes and drops tables, until it is told to stop. */
  private static final class Writer implements AutoCloseable {
    private final AtomicInteger appended = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Exception> failures = new ArrayList<>();
    private final Thread thread = Thread.ofVirtual().start(this::write);

    private void write() {
      try {
        for (int i = 1; !stopped.get(); i++) {
          run("INSERT INTO log SELECT " + i);
          appended.set(i);
          run("CREATE TABLE made_%d AS SELECT range AS n FROM range(10)".formatted(i));
          if (i % 2 == 0) {
            run("DROP TABLE made_" + (i - 1));
          }
        }
      } catch (Exception e) {
        failures.add(e);
      }
    }

    @Override
    public void close() throws InterruptedException {
      stopped.set(true);
      thread.join();
      assertThat(failures).isEmpty();
    }
  }

  /** The defences are DatabaseSnapshot's one transaction and LocalFileStore.withoutDeletions. */
  @Test
  @Order(1)
  void case79_aBackupOfAWorkingServerIsRestoredElsewhere() throws Exception {
    Path archive = folder.resolve("backup.zip");
    int least;
    int most;
    try (Writer writer = new Writer()) {
      while (writer.appended.get() < 3) {
        Thread.onSpinWait();
      }
      least = writer.appended.get();
      assertThat(command("backup", "--data-dir", "data", "--url", url(), "--to", "backup.zip"))
          .isZero();
      most = writer.appended.get() + 1;
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("rw-------");
    run("DROP TABLE kept");

    assertThat(command("restore", "--from", "backup.zip", "--data-dir", "elsewhere")).isZero();

    try (DataDirectory other = DataDirectory.open(folder.resolve("elsewhere"));
        Boathouse restored = boathouse(other)) {
      RestClient there = new RestClient(restored.uri(), token);
      SqlClient query = new SqlClient(there);
      assertThat(query.run("SELECT count(*), sum(n) FROM kept").rows().getFirst().toString())
          .isEqualTo("[\"1000\",\"499500\"]");
      SqlClient.Rows log = query.run("SELECT count(*) - 1, max(n) FROM log");
      assertThat(log.number(0, 0)).isBetween((long) least, (long) most);
      assertThat(log.number(0, 1)).isEqualTo(log.number(0, 0));
      assertThat(query.run("SELECT count(*) FROM ratified").number(0, 0)).isEqualTo(2);
      assertThat(query.run("INSERT INTO ratified VALUES (3)").rows()).isNotNull();
      assertThat(query.run("SELECT count(*) FROM ratified").number(0, 0)).isEqualTo(3);
      everyTableIsReadable(query);
      assertThat(new String(there.download(VOLUME), StandardCharsets.UTF_8)).isEqualTo(CONTENT);
      whatWasServedIsServed(there);
      run("DROP TABLE IF EXISTS made_1");
    }
  }

  private static void everyTableIsReadable(SqlClient query) throws Exception {
    int made = 0;
    for (JsonNode row : query.run("SHOW TABLES IN main.default").rows()) {
      String table = row.path(1).asText();
      if (table.startsWith("made_")) {
        made++;
        assertThat(query.run("SELECT count(*) FROM " + table).number(0, 0)).isEqualTo(10);
      }
    }
    assertThat(made).isPositive();
  }

  private static void whatWasServedIsServed(RestClient there) throws Exception {
    JsonNode features =
        there.post(
            FEATURES + "/main.default.airports/lookup",
            Map.of("keys", List.of(Map.of("origin", "ATL"))));
    assertThat(features.toString()).contains("0.25");
    JsonNode before = there.get("/api/2.0/mlflow/experiments/get-by-name?experiment_name=before");
    JsonNode next = there.post("/api/2.0/mlflow/experiments/create", Map.of("name", "after"));
    assertThat(next.path("experiment_id").asLong())
        .isGreaterThan(before.at("/experiment/experiment_id").asLong());
    assertThat(there.get("/api/2.0/boathouse/audit?action=BACKUP").toString()).contains("admin");
  }

  /** The defence is BackupArchive.verify. */
  @Test
  @Order(2)
  void case79_aHalfWrittenOrAlteredBackupIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(folder.resolve("backup.zip"));
    byte[] altered = whole.clone();
    for (int i = 0; i < ALTERED; i++) {
      altered[whole.length / 2 + i] ^= 1;
    }
    Files.write(folder.resolve("half.zip"), java.util.Arrays.copyOf(whole, whole.length / 2));
    Files.write(folder.resolve("altered.zip"), altered);
    Files.write(folder.resolve("empty.zip"), new byte[0]);

    for (String name : List.of("half.zip", "altered.zip", "empty.zip")) {
      try (ServerProcess restore =
          ServerProcess.start(
              folder, List.of("restore", "--from", name, "--data-dir", "from-" + name))) {
        assertThat(restore.awaitExit()).as(name).isEqualTo(1);
        assertThat(restore.errors()).contains(name, "no whole backup").doesNotContain("\tat ");
      }
      assertThat(folder.resolve("from-" + name).resolve("format")).doesNotExist();
    }
  }

  @Test
  @Order(3)
  void aDirectoryInUseIsNotRestoredInto() throws Exception {
    try (ServerProcess restore =
        ServerProcess.start(
            folder, List.of("restore", "--from", "backup.zip", "--data-dir", "elsewhere"))) {
      assertThat(restore.awaitExit()).isEqualTo(1);
      assertThat(restore.errors()).contains("is a data directory already");
    }
  }

  @Test
  @Order(4)
  void onlyAnAdministratorTakesEverything() throws Exception {
    JsonNode user =
        client.post(
            "/api/2.0/preview/scim/v2/Users", Map.of("userName", "eve", "displayName", "eve"));
    assertThat(user.path("id").asText()).isNotEmpty();
    String other =
        client
            .post(
                "/api/2.0/token-management/on-behalf-of/tokens",
                Map.of("application_id", "eve", "lifetime_seconds", 600))
            .path("token_value")
            .asText();

    RestException refused =
        catchThrowableOfType(
            RestException.class,
            () ->
                new RestClient(boathouse.uri(), other)
                    .download("/api/2.0/boathouse/backup", folder.resolve("stolen")));

    assertThat(refused.status()).isEqualTo(403);
    assertThat(Files.size(folder.resolve("stolen"))).isZero();
  }

  private static String url() {
    URI uri = boathouse.uri();
    return uri.toString();
  }

  private static int command(String... arguments) throws Exception {
    try (ServerProcess process = ServerProcess.start(folder, List.of(arguments))) {
      int code = process.awaitExit();
      assertThat(process.errors()).as(String.join(" ", arguments)).doesNotContain("Exception");
      process.output().forEach(System.out::println);
      return code;
    }
  }
}
