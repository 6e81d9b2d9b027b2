package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Round trips of other people's clients that are kept outside the repository, beside it. Where they
 * are not, this is skipped.
 */
@Conformance
@Timeout(120)
class AcceptanceTest {
  private static final Pattern RESULT = Pattern.compile("^(ok {3}|FAIL )(.*?)( :: .*)?$");
  private static final Pattern TOTAL = Pattern.compile("^(\\d+) passed, (\\d+) failed$");

  private static Optional<Path> folder() {
    Path place = PackagedServer.repository().toAbsolutePath().getParent();
    while (place != null) {
      Path candidate = place.resolve("shared").resolve("acceptance");
      if (Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
      place = place.getParent();
    }
    return Optional.empty();
  }

  @Test
  void theMlflowClientsRoundTripFailsOnlyWhereExpected(PackagedServer server) throws Exception {
    assertThat(failures(server, "mlflow-java.sh", 53)).isEqualTo(expected("mlflow-java"));
  }

  @Test
  void theUnityCatalogClientsRoundTripFailsOnlyWhereExpected(PackagedServer server)
      throws Exception {
    assertThat(failures(server, "uc-java.sh", 26)).isEqualTo(expected("uc-java"));
  }

  @Test
  void icebergsClientReadsOurTables(PackagedServer server) throws Exception {
    assertThat(made(server, "CREATE TABLE main.default.iced AS SELECT range AS n FROM range(30)"))
        .contains("SUCCEEDED");
    Map<String, String> what =
        Map.of(
            "ICEBERG_WAREHOUSE", "main",
            "ICEBERG_TABLE", "default.iced",
            "WANT_ROWS", "30",
            "AUTH", "1");
    assertThat(failures(server, "iceberg-rest.sh", what, 10)).isEmpty();
  }

  private static Set<String> expected(String script) {
    return ExpectedFailures.read("/expected-" + script + ".txt").keySet();
  }

  private static String made(PackagedServer server, String statement) throws Exception {
    String body =
        "{\"warehouse_id\":\"default\",\"wait_timeout\":\"50s\",\"statement\":\"%s\"}"
            .formatted(statement);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(server.url() + "/api/2.0/sql/statements"))
                  .header("Authorization", "Bearer " + server.token())
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static Set<String> failures(PackagedServer server, String script, int steps)
      throws IOException, InterruptedException {
    return failures(server, script, Map.of(), steps);
  }

  private static Set<String> failures(
      PackagedServer server, String script, Map<String, String> more, int steps)
      throws IOException, InterruptedException {
    Optional<Path> folder = folder();
    Assumptions.assumeTrue(
        folder.isPresent(), "skipped: no folder shared/acceptance lies beside the repository");
    Path tool = ExternalTool.require("bash");
    Path output = server.newFolder("acceptance").resolve(script + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(tool.toString(), folder.orElseThrow().resolve(script).toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(more);
    builder.environment().put("BASE_URL", server.url());
    builder.environment().put("TOKEN", server.token());
    builder.environment().put("UC_STORAGE_ROOT", server.newFolder("root").toUri().toString());
    Process process = builder.start();
    if (!process.waitFor(110, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(script + " does not end: " + Files.readString(output));
    }
    Set<String> failed = new TreeSet<>();
    String total = "";
    for (String line : Files.readAllLines(output)) {
      var result = RESULT.matcher(line);
      if (result.matches() && result.group(1).startsWith("FAIL")) {
        failed.add(result.group(2));
      }
      total = TOTAL.matcher(line).matches() ? line : total;
    }
    assertThat(total)
        .as(Files.readString(output))
        .isEqualTo((steps - failed.size()) + " passed, " + failed.size() + " failed");
    return failed;
  }
}
