package io.boathouse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.ModelVersionStatus;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.ModelVersionsPage;
import org.mlflow.tracking.Page;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** MLflow's own Java client against a real server, methods that it deprecates included. */
@SuppressWarnings("deprecation")
class MlflowClientTest {
  private static TrackingServer server;
  private static MlflowClient client;

  @BeforeAll
  static void start() {
    server = TrackingServer.start();
    client = new MlflowClient(new BasicMlflowHostCreds(server.url(), server.adminToken()));
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static String unique(String prefix) {
    return prefix + "_" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static String experiment() {
    return client.createExperiment(unique("experiment"));
  }

  private static Map<String, Double> metrics(String run) {
    Map<String, Double> metrics = new java.util.HashMap<>();
    client
        .getRun(run)
        .getData()
        .getMetricsList()
        .forEach(m -> metrics.put(m.getKey(), m.getValue()));
    return metrics;
  }

  private static MlflowHttpException refused(Runnable call) {
    return catchThrowableOfType(MlflowHttpException.class, call::run);
  }

  @Test
  void experimentsAreCreatedFoundRenamedTaggedAndSearched() {
    String name = unique("lake");
    String id = client.createExperiment(name);
    assertThat(client.getExperiment(id).getName()).isEqualTo(name);
    assertThat(client.getExperiment(id).getArtifactLocation()).isEqualTo("mlflow-artifacts:/" + id);
    assertThat(client.getExperimentByName(name).orElseThrow().getExperimentId()).isEqualTo(id);
    assertThat(client.getExperimentByName(unique("absent"))).isEmpty();
    client.setExperimentTag(id, "team", name);
    client.renameExperiment(id, name + "-b");
    assertThat(client.searchExperiments("name = '" + name + "-b'").getItems()).hasSize(1);
    assertThat(client.searchExperiments("tags.team = '" + name + "'").getItems()).hasSize(1);
    client.deleteExperiment(id);
    assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("deleted");
    assertThat(client.searchExperiments("tags.team = '" + name + "'").getItems()).isEmpty();
    client.restoreExperiment(id);
    assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("active");
  }

  @Test
  void theDefaultExperimentIsThere() {
    assertThat(client.getExperiment("0").getName()).isEqualTo("Default");
    Run run = client.getRun(client.createRun().getRunId());
    assertThat(run.getInfo().getExperimentId()).isEqualTo("0");
  }

  @Test
  void failuresCarryMlflowsCodes() {
    String name = unique("twice");
    String id = client.createExperiment(name);
    assertThat(refused(() -> client.createExperiment(name)).getBodyMessage())
        .contains("RESOURCE_ALREADY_EXISTS")
        .contains("Experiment(name=" + name + ") already exists.");
    MlflowHttpException absent = refused(() -> client.getExperiment("987654321"));
    assertThat(absent.getStatusCode()).isEqualTo(404);
    assertThat(absent.getBodyMessage()).contains("RESOURCE_DOES_NOT_EXIST");
    assertThat(refused(() -> client.getRun("0".repeat(32))).getStatusCode()).isEqualTo(404);
    assertThat(refused(() -> client.searchRuns(List.of(id), "metrics.acc >")).getBodyMessage())
        .contains("INVALID_PARAMETER_VALUE");
  }

  @Test
  void aRunLogsParametersMetricsAndTags() {
    String run =
        client
            .createRun(
                CreateRun.newBuilder()
                    .setExperimentId(experiment())
                    .setStartTime(1_700_000_000_000L)
                    .setRunName("first")
                    .addTags(RunTag.newBuilder().setKey("mlflow.user").setValue("ann"))
                    .build())
            .getRunId();
    client.logParam(run, "lr", "0.1");
    client.logParam(run, "lr", "0.1");
    for (int step = 0; step < 25; step++) {
      client.logMetric(run, "loss", 1.0 / (step + 1), 1_700_000_000_000L + step, step);
    }
    client.logMetric(run, "loss", 99, 1_800_000_000_000L, 3);
    client.logMetric(run, "nan", Double.NaN, 1, 0);
    client.logMetric(run, "inf", Double.NEGATIVE_INFINITY, 1, 0);
    client.setTag(run, "note", "naïve – 日本 🚀");
    client.setTerminated(run, RunStatus.FINISHED, 1_700_000_005_000L);

    Run found = client.getRun(run);
    assertThat(found.getInfo().getRunName()).isEqualTo("first");
    assertThat(found.getInfo().getStartTime()).isEqualTo(1_700_000_000_000L);
    assertThat(found.getInfo().getEndTime()).isEqualTo(1_700_000_005_000L);
    assertThat(found.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
    assertThat(found.getData().getTagsList())
        .contains(RunTag.newBuilder().setKey("note").setValue("naïve – 日本 🚀").build());
    assertThat(metrics(run))
        .containsEntry("loss", 0.04)
        .containsEntry("nan", Double.NaN)
        .containsEntry("inf", -Double.MAX_VALUE);
    assertThat(client.getMetricHistory(run, "loss")).hasSize(26);
    assertThat(refused(() -> client.logParam(run, "lr", "0.2")).getBodyMessage())
        .contains("Changing param values is not allowed. Param with key='lr' was already logged");
  }

  @Test
  void batchesAreLoggedWholeAndTagsDeleted() {
    String run = client.createRun(experiment()).getRunId();
    List<Metric> metrics =
        IntStream.range(0, 100)
            .mapToObj(i -> Metric.newBuilder().setKey("m" + i).setValue(i).setTimestamp(1).build())
            .toList();
    List<Param> params =
        IntStream.range(0, 50)
            .mapToObj(i -> Param.newBuilder().setKey("p" + i).setValue("v" + i).build())
            .toList();
    List<RunTag> tags =
        IntStream.range(0, 20)
            .mapToObj(i -> RunTag.newBuilder().setKey("t" + i).setValue("w" + i).build())
            .toList();
    client.logBatch(run, metrics, params, tags);
    client.deleteTag(run, "t0");
    assertThat(client.getRun(run).getData().getMetricsCount()).isEqualTo(100);
    assertThat(client.getRun(run).getData().getParamsCount()).isEqualTo(50);
    assertThat(client.getRun(run).getData().getTagsList())
        .noneMatch(tag -> tag.getKey().equals("t0"))
        .anyMatch(tag -> tag.getKey().equals("t19"));
    assertThat(refused(() -> client.deleteTag(run, "absent")).getStatusCode()).isEqualTo(404);
  }

  @Test
  void runsAreSearchedSortedAndPaged() {
    String experiment = experiment();
    for (int i = 1; i <= 7; i++) {
      String run = client.createRun(experiment).getRunId();
      client.logMetric(run, "acc", i / 10.0);
      client.logParam(run, "model", i % 2 == 0 ? "even" : "odd");
      client.setTerminated(run, i == 7 ? RunStatus.FAILED : RunStatus.FINISHED);
    }
    List<String> in = List.of(experiment);
    assertThat(client.searchRuns(in, "metrics.acc > 0.35")).hasSize(4);
    assertThat(client.searchRuns(in, "params.model = 'even' and metrics.acc <= 0.4")).hasSize(2);
    assertThat(client.searchRuns(in, "params.model LIKE 'ev%'")).hasSize(3);
    assertThat(client.searchRuns(in, "params.model ILIKE 'EV%'")).hasSize(3);
    assertThat(client.searchRuns(in, "attributes.status = 'FAILED'")).hasSize(1);

    List<Double> seen = new ArrayList<>();
    Page<Run> page =
        client.searchRuns(
            in, "metrics.acc > 0", ViewType.ACTIVE_ONLY, 3, List.of("metrics.acc DESC"));
    int pages = 1;
    while (true) {
      page.getItems().forEach(run -> seen.add(run.getData().getMetrics(0).getValue()));
      if (!page.hasNextPage()) {
        break;
      }
      page = page.getNextPage();
      pages++;
    }
    assertThat(seen).containsExactly(0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void deletedRunsAreHiddenKeptFromWritesAndRestored() {
    String experiment = experiment();
    String run = client.createRun(experiment).getRunId();
    client.deleteRun(run);
    assertThat(client.searchRuns(List.of(experiment), "")).isEmpty();
    assertThat(client.searchRuns(List.of(experiment), "", ViewType.DELETED_ONLY)).hasSize(1);
    assertThat(refused(() -> client.logMetric(run, "late", 1)).getBodyMessage())
        .contains("must be in the 'active' state. Current state is deleted.");
    client.restoreRun(run);
    client.logMetric(run, "late", 1);
    assertThat(metrics(run)).containsEntry("late", 1.0);
  }

  @Test
  void modelsAreRegisteredStagedAliasedAndSearched() {
    String run = client.createRun(experiment()).getRunId();
    String source = client.getRun(run).getInfo().getArtifactUri() + "/model";
    String model = unique("model");
    client.sendPost(
        "registered-models/create",
        """
        {"name":"%s","description":"d","tags":[{"key":"k","value":"v"}]}
        """
            .formatted(model));
    for (int i = 0; i < 2; i++) {
      client.sendPost(
          "model-versions/create",
          """
          {"name":"%s","source":"%s","run_id":"%s"}
          """
              .formatted(model, source, run));
    }
    assertThat(client.getRegisteredModel(model).getDescription()).isEqualTo("d");
    ModelVersion second = client.getModelVersion(model, "2");
    assertThat(second.getRunId()).isEqualTo(run);
    assertThat(second.getStatus()).isEqualTo(ModelVersionStatus.READY);
    client.sendPost(
        "model-versions/transition-stage",
        """
        {"name":"%s","version":"1","stage":"production","archive_existing_versions":false}
        """
            .formatted(model));
    assertThat(client.getLatestVersions(model, List.of("Production")).getFirst().getVersion())
        .isEqualTo("1");
    assertThat(client.getLatestVersions(model)).hasSize(2);
    assertThat(client.searchModelVersions("name='" + model + "'").getItems()).hasSize(2);
    assertThat(client.searchModelVersions("run_id='" + run + "'").getItems()).hasSize(2);
    ModelVersionsPage page =
        client.searchModelVersions("name='" + model + "'", 1, List.of("version_number ASC"));
    assertThat(page.getItems().getFirst().getVersion()).isEqualTo("1");
    assertThat(page.hasNextPage()).isTrue();
    assertThat(client.getModelVersionDownloadUri(model, "1"))
        .startsWith("mlflow-artifacts:/models/")
        .endsWith("/1/model");
    client.sendPatch(
        "registered-models/update", "{\"name\":\"" + model + "\",\"description\":\"d2\"}");
    assertThat(client.getRegisteredModel(model).getDescription()).isEqualTo("d2");
    assertThat(refused(() -> client.getRegisteredModel(unique("absent"))).getStatusCode())
        .isEqualTo(404);
  }

  @Test
  void theFluentContextStartsAndEndsRuns() {
    MlflowContext context = new MlflowContext(client);
    context.setExperimentId(experiment());
    ActiveRun run = context.startRun("fluent");
    run.logParam("a", "b");
    run.logMetrics(Map.of("z", 1.0));
    run.setTags(Map.of("q", "w"));
    run.endRun();
    assertThat(client.getRun(run.getId()).getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
  }
}
