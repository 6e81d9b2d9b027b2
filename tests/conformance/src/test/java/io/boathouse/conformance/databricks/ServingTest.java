package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksError;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.core.error.platform.PermissionDenied;
import com.databricks.sdk.service.serving.CreateServingEndpoint;
import com.databricks.sdk.service.serving.DataframeSplitInput;
import com.databricks.sdk.service.serving.EndpointCoreConfigInput;
import com.databricks.sdk.service.serving.EndpointStateReady;
import com.databricks.sdk.service.serving.EndpointTag;
import com.databricks.sdk.service.serving.PatchServingEndpointTags;
import com.databricks.sdk.service.serving.QueryEndpointInput;
import com.databricks.sdk.service.serving.ServedEntityInput;
import com.databricks.sdk.service.serving.ServingEndpoint;
import com.databricks.sdk.service.serving.ServingEndpointDetailed;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.OnnxModel;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class ServingTest {
  private static WorkspaceClient client;
  private static Http http;

  @BeforeAll
  static void anEndpoint(PackagedServer server) throws TimeoutException {
    client = Workspace.of(server);
    http = new Http(server);
    OnnxModel linear = OnnxModel.logged(http, "dbx-serving");
    linear.register("dbx_served");
    linear.register("dbx_served");
    ServingEndpointDetailed made =
        client
            .servingEndpoints()
            .create(new CreateServingEndpoint().setName("dbx-live").setConfig(config("1")))
            .get(Duration.ofSeconds(50));
    assertThat(made.getState().getReady()).isEqualTo(EndpointStateReady.READY);
  }

  private static EndpointCoreConfigInput config(String version) {
    return new EndpointCoreConfigInput()
        .setName("dbx-live")
        .setServedEntities(
            List.of(
                new ServedEntityInput()
                    .setEntityName("main.default.dbx_served")
                    .setEntityVersion(version)
                    .setWorkloadSize("Small")
                    .setScaleToZeroEnabled(true)));
  }

  @Test
  void everyFormOfInputGivesTheSamePrediction() {
    List<Object> expected = List.of(9.0);
    assertThat(
            client
                .servingEndpoints()
                .query(
                    new QueryEndpointInput()
                        .setName("dbx-live")
                        .setDataframeRecords(List.of(Map.of("a", 1.0, "b", 2.0))))
                .getPredictions())
        .containsExactlyElementsOf(expected);
    assertThat(
            client
                .servingEndpoints()
                .query(
                    new QueryEndpointInput()
                        .setName("dbx-live")
                        .setDataframeSplit(
                            new DataframeSplitInput()
                                .setColumns(List.of("b", "a"))
                                .setData(List.of(List.of(2.0, 1.0)))))
                .getPredictions())
        .containsExactlyElementsOf(expected);
    assertThat(
            client
                .servingEndpoints()
                .query(
                    new QueryEndpointInput()
                        .setName("dbx-live")
                        .setInstances(List.of(Map.of("a", 1.0, "b", 2.0))))
                .getPredictions())
        .containsExactlyElementsOf(expected);
  }

  @Test
  void anInputThatLacksAColumnIsRefusedAndNamed() {
    assertThatThrownBy(
            () ->
                client
                    .servingEndpoints()
                    .query(
                        new QueryEndpointInput()
                            .setName("dbx-live")
                            .setDataframeRecords(List.of(Map.of("a", 1.0)))))
        .isInstanceOf(DatabricksError.class)
        .hasMessageContaining("'b'");
  }

  @Test
  void anEndpointIsListed() {
    assertThat(client.servingEndpoints().list())
        .extracting(ServingEndpoint::getName)
        .contains("dbx-live");
  }

  @Test
  void anEndpointTakesTags() {
    var tags =
        client
            .servingEndpoints()
            .patch(
                new PatchServingEndpointTags()
                    .setName("dbx-live")
                    .setAddTags(List.of(new EndpointTag().setKey("team").setValue("blue"))));
    assertThat(tags.getTags()).anyMatch(tag -> tag.getKey().equals("team"));
  }

  @Test
  void aNewConfigurationTakesTheOldOnesPlace() throws TimeoutException {
    ServingEndpointDetailed updated =
        client.servingEndpoints().updateConfig(config("2")).get(Duration.ofSeconds(50));
    assertThat(updated.getConfig().getServedEntities())
        .extracting(entity -> entity.getEntityVersion())
        .containsExactly("2");
  }

  @Test
  void anEndpointIsMadeAndDeleted() throws TimeoutException {
    var unused =
        client
            .servingEndpoints()
            .create(
                new CreateServingEndpoint()
                    .setName("dbx-short")
                    .setConfig(config("1").setName("dbx-short")))
            .get(Duration.ofSeconds(50));
    client.servingEndpoints().delete("dbx-short");
    assertThatThrownBy(() -> client.servingEndpoints().get("dbx-short"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aStrangerMayNotQuery(PackagedServer server) {
    WorkspaceClient stranger = Workspace.of(server, new Users(http).token("dbx-serving-stranger"));
    assertThatThrownBy(
            () ->
                stranger
                    .servingEndpoints()
                    .query(
                        new QueryEndpointInput()
                            .setName("dbx-live")
                            .setDataframeRecords(List.of(Map.of("a", 1.0, "b", 2.0)))))
        .isInstanceOfAny(PermissionDenied.class, NotFound.class);
  }

  @Test
  void anUnknownVersionIsRefusedAndNamed() {
    assertThatThrownBy(
            () ->
                client
                    .servingEndpoints()
                    .create(
                        new CreateServingEndpoint()
                            .setName("dbx-unknown")
                            .setConfig(config("77").setName("dbx-unknown"))))
        .isInstanceOf(DatabricksError.class)
        .hasMessageContaining("77");
  }
}
