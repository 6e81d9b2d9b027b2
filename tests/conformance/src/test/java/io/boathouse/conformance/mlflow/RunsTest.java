package io.boathouse.conformance.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

@Conformance
class RunsTest {
  private static final long START = 1_700_000_000_000L;

  private static MlflowClient client;
  private static String experiment;

  @BeforeAll
  static void open(PackagedServer server) {
    client = new MlflowClient(new BasicMlflowHostCreds(server.url(), server.token()));
    experiment = client.createExperiment("runs");
  }

  @AfterAll
  static void close() {
    client.close();
  }

  private static String newRun(String name) {
    return client
        .createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setRunName(name)
                .setStartTime(START)
                .build())
        .getRunId();
  }

  private static Metric metric(String key, double value, long step) {
    return Metric.newBuilder()
        .setKey(key)
        .setValue(value)
        .setTimestamp(START + step)
        .setStep(step)
        .build();
  }

  @Test
  void aRunKeepsWhatItWasStartedAndEndedWith() {
    String run = newRun("first");
    RunInfo info = client.getRun(run).getInfo();
    assertThat(info.getStatus()).isEqualTo(RunStatus.RUNNING);
    assertThat(info.getRunName()).isEqualTo("first");
    assertThat(info.getStartTime()).isEqualTo(START);
    assertThat(info.getArtifactUri()).isNotEmpty();
    client.setTerminated(run, RunStatus.FAILED, START + 500);
    assertThat(client.getRun(run).getInfo().getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(client.getRun(run).getInfo().getEndTime()).isEqualTo(START + 500);
  }

  @Test
  void aParameterIsWrittenOnceAndItsRepetitionIsAccepted() {
    String run = newRun("parameter");
    client.logParam(run, "depth", "6");
    client.logParam(run, "depth", "6");
    var failure =
        catchThrowableOfType(MlflowHttpException.class, () -> client.logParam(run, "depth", "7"));
    assertThat(failure.getStatusCode()).isEqualTo(400);
    assertThat(failure.getBodyMessage()).contains("INVALID_PARAMETER_VALUE", "depth");
    assertThat(client.getRun(run).getData().getParamsList()).hasSize(1);
  }

  @Test
  void aMetricKeepsItsHistoryAndShowsItsLastStep() {
    String run = newRun("history");
    for (int step = 0; step < 12; step++) {
      client.logMetric(run, "loss", 1.0 / (step + 1), START + step, step);
    }
    client.logMetric(run, "loss", 99, START + 100, 3);
    assertThat(client.getMetricHistory(run, "loss")).hasSize(13);
    Metric shown = client.getRun(run).getData().getMetrics(0);
    assertThat(shown.getStep()).isEqualTo(11);
    assertThat(shown.getValue()).isEqualTo(1.0 / 12);
  }

  @Test
  void notANumberAndTheInfinitiesComeBackAsTheyWere() {
    String run = newRun("edges");
    client.logMetric(run, "none", Double.NaN);
    client.logMetric(run, "low", Double.NEGATIVE_INFINITY);
    client.logMetric(run, "tiny", Double.MIN_VALUE);
    Map<String, Double> values =
        client.getRun(run).getData().getMetricsList().stream()
            .collect(Collectors.toMap(Metric::getKey, Metric::getValue));
    assertThat(values.get("none")).isNaN();
    assertThat(values.get("low")).isLessThan(-1e300);
    assertThat(values.get("tiny")).isEqualTo(Double.MIN_VALUE);
  }

  @Test
  void aBatchWritesAllOrNothing() {
    String run = newRun("batch");
    client.logBatch(
        run,
        IntStream.range(0, 200).mapToObj(i -> metric("m" + i, i, 0)).toList(),
        IntStream.range(0, 90).mapToObj(i -> param("p" + i, "v")).toList(),
        List.of(RunTag.newBuilder().setKey("colour").setValue("red").build()));
    assertThat(client.getRun(run).getData().getMetricsCount()).isEqualTo(200);
    assertThat(client.getRun(run).getData().getParamsCount()).isEqualTo(90);
    var failure =
        catchThrowableOfType(
            MlflowHttpException.class,
            () ->
                client.logBatch(
                    run,
                    List.of(metric("late", 1, 0)),
                    List.of(param("p0", "another value")),
                    List.of()));
    assertThat(failure.getStatusCode()).isEqualTo(400);
    assertThat(client.getRun(run).getData().getMetricsList())
        .noneMatch(metric -> metric.getKey().equals("late"));
  }

  private static Param param(String key, String value) {
    return Param.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void tagsAreSetReplacedAndDeleted() {
    String run = newRun("tags");
    client.setTag(run, "state", "draft");
    client.setTag(run, "state", "final");
    assertThat(client.getRun(run).getData().getTagsList())
        .anyMatch(tag -> tag.getKey().equals("state") && tag.getValue().equals("final"));
    client.deleteTag(run, "state");
    assertThat(client.getRun(run).getData().getTagsList())
        .noneMatch(tag -> tag.getKey().equals("state"));
    var failure =
        catchThrowableOfType(MlflowHttpException.class, () -> client.deleteTag(run, "state"));
    assertThat(failure.getBodyMessage()).contains("RESOURCE_DOES_NOT_EXIST");
  }

  @Test
  void aDeletedRunTakesNothingMoreUntilItIsRestored() {
    String run = newRun("deleted");
    client.deleteRun(run);
    assertThat(client.getRun(run).getInfo().getLifecycleStage()).isEqualTo("deleted");
    var failure =
        catchThrowableOfType(MlflowHttpException.class, () -> client.logMetric(run, "m", 1));
    assertThat(failure.getStatusCode()).isEqualTo(400);
    client.restoreRun(run);
    client.logMetric(run, "m", 1);
    assertThat(client.getRun(run).getData().getMetricsCount()).isEqualTo(1);
  }

  @Test
  void theContextOfActiveRunsLogsAsItDoesAnywhere() {
    MlflowContext context = new MlflowContext(client);
    context.setExperimentId(experiment);
    ActiveRun active = context.startRun("active");
    active.logParam("oars", "2");
    active.logMetrics(Map.of("speed", 4.5, "rate", 30.0));
    active.setTags(Map.of("boat", "skiff"));
    active.endRun();
    Run run = client.getRun(active.getId());
    assertThat(run.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.getData().getMetricsCount()).isEqualTo(2);
  }

  @Test
  void anAbsentRunIsNotFound() {
    String absent = "0".repeat(32);
    var failure = catchThrowableOfType(MlflowHttpException.class, () -> client.getRun(absent));
    assertThat(failure.getStatusCode()).isEqualTo(404);
    assertThat(failure.getBodyMessage()).contains("RESOURCE_DOES_NOT_EXIST", absent);
  }
}
