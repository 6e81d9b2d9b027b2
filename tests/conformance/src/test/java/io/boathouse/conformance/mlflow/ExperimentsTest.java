package io.boathouse.conformance.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ExperimentsPage;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

@Conformance
class ExperimentsTest {
  private static MlflowClient client;

  @BeforeAll
  static void open(PackagedServer server) {
    client = new MlflowClient(new BasicMlflowHostCreds(server.url(), server.token()));
  }

  @AfterAll
  static void close() {
    client.close();
  }

  @Test
  void theDefaultExperimentIsThere() {
    Experiment first = client.getExperiment("0");
    assertThat(first.getName()).isEqualTo("Default");
    assertThat(first.getLifecycleStage()).isEqualTo("active");
  }

  @Test
  void anExperimentIsFoundByIdAndByName() {
    String id =
        client.createExperiment(
            CreateExperiment.newBuilder()
                .setName("rowing")
                .addTags(ExperimentTag.newBuilder().setKey("team").setValue("blue"))
                .build());
    assertThat(client.getExperiment(id).getName()).isEqualTo("rowing");
    assertThat(client.getExperiment(id).getTags(0).getValue()).isEqualTo("blue");
    assertThat(client.getExperiment(id).getArtifactLocation()).isNotEmpty();
    assertThat(client.getExperimentByName("rowing"))
        .hasValueSatisfying(found -> assertThat(found.getExperimentId()).isEqualTo(id));
    assertThat(client.getExperimentByName("no such experiment")).isEmpty();
  }

  @Test
  void aTakenNameIsRefusedWithTheProtocolsCode() {
    String unused = client.createExperiment("taken");
    var failure =
        catchThrowableOfType(MlflowHttpException.class, () -> client.createExperiment("taken"));
    assertThat(failure.getStatusCode()).isEqualTo(400);
    assertThat(Http.parse(failure.getBodyMessage()).path("error_code").textValue())
        .isEqualTo("RESOURCE_ALREADY_EXISTS");
    assertThat(failure.getBodyMessage()).contains("taken");
  }

  @Test
  void anAbsentExperimentIsNotFound() {
    var failure =
        catchThrowableOfType(MlflowHttpException.class, () -> client.getExperiment("999999999"));
    assertThat(failure.getStatusCode()).isEqualTo(404);
    assertThat(failure.getBodyMessage()).contains("RESOURCE_DOES_NOT_EXIST", "999999999");
  }

  @Test
  void renamingTaggingDeletingAndRestoringShowAtOnce() {
    String id = client.createExperiment("before");
    client.renameExperiment(id, "after");
    client.setExperimentTag(id, "note", "näher – 岸 \uD83D\uDEA3");
    assertThat(client.getExperiment(id).getName()).isEqualTo("after");
    assertThat(client.getExperiment(id).getTagsList())
        .anyMatch(tag -> tag.getValue().equals("näher – 岸 \uD83D\uDEA3"));
    client.deleteExperiment(id);
    assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("deleted");
    assertThat(client.searchExperiments("name = 'after'").getItems()).isEmpty();
    client.restoreExperiment(id);
    assertThat(client.searchExperiments("name = 'after'").getItems()).hasSize(1);
  }

  @Test
  void aSearchGoesThroughPagesInItsOrder() {
    for (int i = 0; i < 5; i++) {
      String unused = client.createExperiment("paged-" + i);
    }
    List<String> names = new ArrayList<>();
    ExperimentsPage page =
        client.searchExperiments(
            "name LIKE 'paged-%'", ViewType.ACTIVE_ONLY, 2, List.of("name DESC"));
    int pages = 1;
    collect(page, names);
    while (page.hasNextPage()) {
      page = (ExperimentsPage) page.getNextPage();
      collect(page, names);
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(names).containsExactly("paged-4", "paged-3", "paged-2", "paged-1", "paged-0");
  }

  private static void collect(ExperimentsPage page, List<String> names) {
    page.getItems().forEach(experiment -> names.add(experiment.getName()));
  }

  @Test
  void aBrokenFilterIsRefusedAndNamed() {
    var failure =
        catchThrowableOfType(MlflowHttpException.class, () -> client.searchExperiments("name = "));
    assertThat(failure.getStatusCode()).isEqualTo(400);
    assertThat(failure.getBodyMessage()).contains("INVALID_PARAMETER_VALUE");
  }

  @Test
  void aWrongTokenIsRefused(PackagedServer server) {
    try (MlflowClient stranger =
        new MlflowClient(new BasicMlflowHostCreds(server.url(), "bh_not_a_token"))) {
      var failure =
          catchThrowableOfType(MlflowHttpException.class, () -> stranger.getExperiment("0"));
      assertThat(failure.getStatusCode()).isEqualTo(401);
    }
  }
}
