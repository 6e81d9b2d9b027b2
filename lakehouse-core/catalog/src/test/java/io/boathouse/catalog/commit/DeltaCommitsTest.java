package io.boathouse.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Commits over Unity Catalog's Delta API: each version once, whatever gets lost or races. */
class DeltaCommitsTest extends DeltaEngine {
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
}
