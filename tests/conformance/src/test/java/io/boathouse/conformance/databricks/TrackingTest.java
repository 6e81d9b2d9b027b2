package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.service.ml.CreateExperiment;
import com.databricks.sdk.service.ml.CreateLoggedModelRequest;
import com.databricks.sdk.service.ml.CreateRun;
import com.databricks.sdk.service.ml.Dataset;
import com.databricks.sdk.service.ml.DatasetInput;
import com.databricks.sdk.service.ml.DeleteExperiment;
import com.databricks.sdk.service.ml.DeleteRun;
import com.databricks.sdk.service.ml.DeleteTag;
import com.databricks.sdk.service.ml.Experiment;
import com.databricks.sdk.service.ml.FinalizeLoggedModelRequest;
import com.databricks.sdk.service.ml.GetHistoryRequest;
import com.databricks.sdk.service.ml.ListArtifactsRequest;
import com.databricks.sdk.service.ml.LogBatch;
import com.databricks.sdk.service.ml.LogInputs;
import com.databricks.sdk.service.ml.LogLoggedModelParamsRequest;
import com.databricks.sdk.service.ml.LogMetric;
import com.databricks.sdk.service.ml.LogOutputsRequest;
import com.databricks.sdk.service.ml.LogParam;
import com.databricks.sdk.service.ml.LoggedModel;
import com.databricks.sdk.service.ml.LoggedModelParameter;
import com.databricks.sdk.service.ml.LoggedModelStatus;
import com.databricks.sdk.service.ml.LoggedModelTag;
import com.databricks.sdk.service.ml.Metric;
import com.databricks.sdk.service.ml.ModelOutput;
import com.databricks.sdk.service.ml.Param;
import com.databricks.sdk.service.ml.RestoreExperiment;
import com.databricks.sdk.service.ml.RestoreRun;
import com.databricks.sdk.service.ml.Run;
import com.databricks.sdk.service.ml.RunTag;
import com.databricks.sdk.service.ml.SearchExperiments;
import com.databricks.sdk.service.ml.SearchLoggedModelsRequest;
import com.databricks.sdk.service.ml.SearchRuns;
import com.databricks.sdk.service.ml.SetExperimentTag;
import com.databricks.sdk.service.ml.SetLoggedModelTagsRequest;
import com.databricks.sdk.service.ml.SetTag;
import com.databricks.sdk.service.ml.UpdateExperiment;
import com.databricks.sdk.service.ml.UpdateRun;
import com.databricks.sdk.service.ml.UpdateRunStatus;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Experiments, runs and logged models. */
@Conformance
class TrackingTest {
  private static WorkspaceClient client;
  private static String experiment;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    experiment =
        client
            .experiments()
            .createExperiment(new CreateExperiment().setName("/dbx/tracking"))
            .getExperimentId();
  }

  private static String newRun(String name) {
    return client
        .experiments()
        .createRun(
            new CreateRun()
                .setExperimentId(experiment)
                .setRunName(name)
                .setStartTime(1_700_000_000_000L))
        .getRun()
        .getInfo()
        .getRunId();
  }

  @Test
  void anExperimentIsRenamedTaggedDeletedAndRestored() {
    String id =
        client
            .experiments()
            .createExperiment(new CreateExperiment().setName("/dbx/before"))
            .getExperimentId();
    client
        .experiments()
        .updateExperiment(new UpdateExperiment().setExperimentId(id).setNewName("/dbx/after"));
    client
        .experiments()
        .setExperimentTag(new SetExperimentTag().setExperimentId(id).setKey("k").setValue("v"));
    Experiment found = client.experiments().getByName("/dbx/after").getExperiment();
    assertThat(found.getExperimentId()).isEqualTo(id);
    assertThat(found.getTags()).anyMatch(tag -> tag.getValue().equals("v"));
    client.experiments().deleteExperiment(new DeleteExperiment().setExperimentId(id));
    assertThat(client.experiments().getExperiment(id).getExperiment().getLifecycleStage())
        .isEqualTo("deleted");
    client.experiments().restoreExperiment(new RestoreExperiment().setExperimentId(id));
    assertThat(
            client
                .experiments()
                .searchExperiments(
                    new SearchExperiments().setFilter("name LIKE '/dbx/%'").setMaxResults(1L)))
        .extracting(Experiment::getName)
        .contains("/dbx/after", "/dbx/tracking");
    assertThatThrownBy(() -> client.experiments().getExperiment("123456789"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aRunLogsParametersMetricsTagsAndInputs() {
    String run = newRun("all");
    client.experiments().logParam(new LogParam().setRunId(run).setKey("a").setValue("1"));
    for (long step = 0; step < 3; step++) {
      client
          .experiments()
          .logMetric(
              new LogMetric()
                  .setRunId(run)
                  .setKey("m")
                  .setValue(step / 2.0)
                  .setTimestamp(step)
                  .setStep(step));
    }
    client
        .experiments()
        .logBatch(
            new LogBatch()
                .setRunId(run)
                .setMetrics(
                    List.of(new Metric().setKey("n").setValue(2.0).setTimestamp(1L).setStep(0L)))
                .setParams(List.of(new Param().setKey("b").setValue("2"))));
    client.experiments().setTag(new SetTag().setRunId(run).setKey("t").setValue("u"));
    client
        .experiments()
        .logInputs(
            new LogInputs()
                .setRunId(run)
                .setDatasets(
                    List.of(
                        new DatasetInput()
                            .setDataset(
                                new Dataset()
                                    .setName("boats")
                                    .setDigest("d1")
                                    .setSourceType("code")
                                    .setSource("{}")))));
    Run found = client.experiments().getRun(run).getRun();
    assertThat(found.getData().getParams()).hasSize(2);
    assertThat(found.getData().getMetrics()).extracting(Metric::getKey).contains("m", "n");
    assertThat(found.getData().getTags()).extracting(RunTag::getKey).contains("t");
    assertThat(found.getInputs().getDatasetInputs())
        .extracting(input -> input.getDataset().getName())
        .containsExactly("boats");
    assertThat(
            client
                .experiments()
                .getHistory(new GetHistoryRequest().setRunId(run).setMetricKey("m")))
        .extracting(Metric::getValue)
        .containsExactly(0.0, 0.5, 1.0);
    client.experiments().deleteTag(new DeleteTag().setRunId(run).setKey("t"));
    client
        .experiments()
        .updateRun(
            new UpdateRun().setRunId(run).setStatus(UpdateRunStatus.FINISHED).setEndTime(5L));
    assertThat(client.experiments().listArtifacts(new ListArtifactsRequest().setRunId(run)))
        .isEmpty();
  }

  @Test
  void runsAreSearchedDeletedAndRestored() {
    String run = newRun("searched");
    client
        .experiments()
        .logMetric(new LogMetric().setRunId(run).setKey("z").setValue(0.9).setTimestamp(1L));
    SearchRuns search =
        new SearchRuns()
            .setExperimentIds(List.of(experiment))
            .setFilter("metrics.z > 0.5")
            .setMaxResults(10L);
    assertThat(client.experiments().searchRuns(search)).hasSize(1);
    client.experiments().deleteRun(new DeleteRun().setRunId(run));
    assertThat(client.experiments().searchRuns(search.setPageToken(null))).isEmpty();
    client.experiments().restoreRun(new RestoreRun().setRunId(run));
    assertThat(client.experiments().searchRuns(search.setPageToken(null))).hasSize(1);
  }

  @Test
  void aLoggedModelIsMadeFinishedFoundAndDeleted() {
    String run = newRun("logs a model");
    LoggedModel model =
        client
            .experiments()
            .createLoggedModel(
                new CreateLoggedModelRequest()
                    .setExperimentId(experiment)
                    .setName("boat-model")
                    .setSourceRunId(run)
                    .setParams(List.of(new LoggedModelParameter().setKey("p").setValue("1"))))
            .getModel();
    String id = model.getInfo().getModelId();
    client
        .experiments()
        .logLoggedModelParams(
            new LogLoggedModelParamsRequest()
                .setModelId(id)
                .setParams(List.of(new LoggedModelParameter().setKey("q").setValue("2"))));
    client
        .experiments()
        .setLoggedModelTags(
            new SetLoggedModelTagsRequest()
                .setModelId(id)
                .setTags(List.of(new LoggedModelTag().setKey("t").setValue("v"))));
    client.experiments().deleteLoggedModelTag(id, "t");
    client
        .experiments()
        .finalizeLoggedModel(
            new FinalizeLoggedModelRequest()
                .setModelId(id)
                .setStatus(LoggedModelStatus.LOGGED_MODEL_READY));
    client
        .experiments()
        .logOutputs(
            new LogOutputsRequest()
                .setRunId(run)
                .setModels(List.of(new ModelOutput().setModelId(id).setStep(0L))));
    LoggedModel found = client.experiments().getLoggedModel(id).getModel();
    assertThat(found.getInfo().getStatus()).isEqualTo(LoggedModelStatus.LOGGED_MODEL_READY);
    assertThat(found.getData().getParams()).hasSize(2);
    assertThat(
            client
                .experiments()
                .searchLoggedModels(
                    new SearchLoggedModelsRequest().setExperimentIds(List.of(experiment)))
                .getModels())
        .extracting(each -> each.getInfo().getModelId())
        .contains(id);
    client.experiments().deleteLoggedModel(id);
    assertThatThrownBy(() -> client.experiments().getLoggedModel(id)).isInstanceOf(NotFound.class);
  }
}
