package io.boathouse.conformance.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.RunsPage;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

@Conformance
class SearchRunsTest {
  private static MlflowClient client;
  private static String experiment;

  @BeforeAll
  static void eightRuns(PackagedServer server) {
    client = new MlflowClient(new BasicMlflowHostCreds(server.url(), server.token()));
    experiment = client.createExperiment("search-runs");
    for (int i = 1; i <= 8; i++) {
      String run =
          client
              .createRun(
                  CreateRun.newBuilder()
                      .setExperimentId(experiment)
                      .setRunName("run-" + i)
                      .setStartTime(i)
                      .build())
              .getRunId();
      client.logMetric(run, "auc", i / 10.0);
      client.logParam(run, "family", i % 2 == 0 ? "Forest" : "Linear");
      client.setTag(run, "note", "it's run " + i);
      client.setTerminated(run, i == 8 ? RunStatus.FAILED : RunStatus.FINISHED);
    }
  }

  @AfterAll
  static void close() {
    client.close();
  }

  private static List<?> find(String experiment, String filter, ViewType view) {
    return client.searchRuns(List.of(experiment), filter, view, 100).getItems();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "metrics.auc > 0.55, 3",
        "metrics.auc >= 0.2 and metrics.auc <= 0.4, 3",
        "params.family = 'Forest', 4",
        "params.family != 'Forest', 4",
        "params.family LIKE 'For%', 4",
        "params.family ILIKE 'for%', 4",
        "attributes.status = 'FAILED', 1",
        "attributes.run_name = 'run-3', 1",
        "attributes.start_time > 6, 2",
        "tags.note = \"it's run 5\", 1",
        "params.family = 'Linear' AND metrics.auc < 0.2, 1",
      })
  void aFilterFindsItsRuns(String filter, int count) {
    assertThat(find(experiment, filter, ViewType.ACTIVE_ONLY)).hasSize(count);
  }

  @Test
  void orderedPagesGiveEveryRunOnce() {
    List<String> names = new ArrayList<>();
    RunsPage page =
        client.searchRuns(
            List.of(experiment), "", ViewType.ACTIVE_ONLY, 3, List.of("metrics.auc DESC"));
    page.getItems().forEach(run -> names.add(run.getInfo().getRunName()));
    while (page.hasNextPage()) {
      page = (RunsPage) page.getNextPage();
      page.getItems().forEach(run -> names.add(run.getInfo().getRunName()));
    }
    assertThat(names)
        .containsExactly("run-8", "run-7", "run-6", "run-5", "run-4", "run-3", "run-2", "run-1");
  }

  @Test
  void deletedRunsAreFoundOnlyWhereTheyAreAskedFor() {
    String other = client.createExperiment("search-deleted");
    RunInfo run = client.createRun(other);
    client.deleteRun(run.getRunId());
    assertThat(find(other, "", ViewType.ACTIVE_ONLY)).isEmpty();
    assertThat(find(other, "", ViewType.DELETED_ONLY)).hasSize(1);
    assertThat(find(other, "", ViewType.ALL)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "metrics.auc >",
        "metrics.auc > 'high'",
        "params.family = 1",
        "nonsense.x = 'y'",
        "'; DROP",
      })
  void aBrokenFilterIsRefused(String filter) {
    var failure =
        catchThrowableOfType(
            MlflowHttpException.class, () -> find(experiment, filter, ViewType.ACTIVE_ONLY));
    assertThat(failure.getStatusCode()).isEqualTo(400);
    assertThat(failure.getBodyMessage()).contains("INVALID_PARAMETER_VALUE");
  }
}
