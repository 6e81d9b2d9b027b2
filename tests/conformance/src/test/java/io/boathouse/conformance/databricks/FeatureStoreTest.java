package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.error.platform.BadRequest;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.service.catalog.CreateOnlineTableRequest;
import com.databricks.sdk.service.catalog.OnlineTable;
import com.databricks.sdk.service.catalog.OnlineTableSpec;
import com.databricks.sdk.service.catalog.OnlineTableSpecTriggeredSchedulingPolicy;
import com.databricks.sdk.service.catalog.OnlineTableState;
import com.databricks.sdk.service.ml.CreateFeatureTagRequest;
import com.databricks.sdk.service.ml.FeatureTag;
import com.databricks.sdk.service.ml.ListOnlineStoresRequest;
import com.databricks.sdk.service.ml.OnlineStore;
import com.databricks.sdk.service.ml.OnlineStoreState;
import com.databricks.sdk.service.ml.PublishSpec;
import com.databricks.sdk.service.ml.PublishSpecPublishMode;
import com.databricks.sdk.service.ml.PublishTableRequest;
import com.databricks.sdk.service.ml.UpdateFeatureTagRequest;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class FeatureStoreTest {
  private static final String TABLE = "dbx_features.s.speeds";

  private static WorkspaceClient client;

  /** An online table of a table makes it a feature table. */
  @BeforeAll
  static void online(PackagedServer server) throws TimeoutException {
    client = Workspace.of(server);
    Workspace.newCatalog(client, "dbx_features");
    var unusedTable =
        Workspace.run(client, "CREATE TABLE " + TABLE + " (id BIGINT, seen TIMESTAMP, kn DOUBLE)");
    var unusedRows =
        Workspace.run(
            client,
            "INSERT INTO " + TABLE + " VALUES (1, timestamptz '2025-01-01 00:00:00Z', 5.5)");
    OnlineTable made =
        client
            .onlineTables()
            .create(
                new CreateOnlineTableRequest()
                    .setTable(
                        new OnlineTable()
                            .setName(TABLE)
                            .setSpec(
                                new OnlineTableSpec()
                                    .setSourceTableFullName(TABLE)
                                    .setPrimaryKeyColumns(List.of("id"))
                                    .setTimeseriesKey("seen")
                                    .setRunTriggered(
                                        new OnlineTableSpecTriggeredSchedulingPolicy()))))
            .get(Duration.ofSeconds(30));
    assertThat(made.getSpec().getPrimaryKeyColumns()).containsExactly("id");
    assertThat(made.getSpec().getRunTriggered()).isNotNull();
    assertThat(made.getStatus().getDetailedState())
        .isEqualTo(OnlineTableState.ONLINE_NO_PENDING_UPDATE);
  }

  @Test
  void thereIsTheOneStoreOfTheConfiguration() {
    assertThat(client.featureStore().listOnlineStores(new ListOnlineStoresRequest()))
        .extracting(OnlineStore::getName)
        .containsExactly("embedded");
    assertThat(client.featureStore().getOnlineStore("embedded").getState())
        .isEqualTo(OnlineStoreState.AVAILABLE);
    assertThatThrownBy(() -> client.featureStore().getOnlineStore("other"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aTableIsPublishedUnderItsOwnNameAndTakenOffline() {
    PublishSpec spec =
        new PublishSpec()
            .setOnlineStore("embedded")
            .setOnlineTableName(TABLE)
            .setPublishMode(PublishSpecPublishMode.SNAPSHOT);
    assertThat(
            client
                .featureStore()
                .publishTable(
                    new PublishTableRequest().setSourceTableName(TABLE).setPublishSpec(spec))
                .getOnlineTableName())
        .isEqualTo(TABLE);
    assertThat(client.onlineTables().get(TABLE).getStatus().getDetailedState())
        .isEqualTo(OnlineTableState.ONLINE);
    assertThatThrownBy(
            () ->
                client
                    .featureStore()
                    .publishTable(
                        new PublishTableRequest()
                            .setSourceTableName(TABLE)
                            .setPublishSpec(spec.setOnlineTableName("dbx_features.s.other"))))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("own name");
    client.featureStore().deleteOnlineTable(TABLE);
    assertThatThrownBy(() -> client.onlineTables().get(TABLE)).isInstanceOf(NotFound.class);
    client.onlineTables().delete(TABLE);
  }

  @Test
  void tagsOfAFeatureAreThoseOfItsColumn() {
    var features = client.materializedFeatures();
    FeatureTag made =
        features.createFeatureTag(
            new CreateFeatureTagRequest()
                .setTableName(TABLE)
                .setFeatureName("kn")
                .setFeatureTag(new FeatureTag().setKey("unit").setValue("knots")));
    assertThat(made.getValue()).isEqualTo("knots");
    assertThat(
            features
                .updateFeatureTag(
                    new UpdateFeatureTagRequest()
                        .setTableName(TABLE)
                        .setFeatureName("kn")
                        .setKey("unit")
                        .setFeatureTag(new FeatureTag().setKey("unit").setValue("kn")))
                .getValue())
        .isEqualTo("kn");
    assertThat(features.listFeatureTags(TABLE, "kn"))
        .extracting(FeatureTag::getValue)
        .containsExactly("kn");
    assertThat(client.entityTagAssignments().list("columns", TABLE + ".kn")).hasSize(1);
    assertThat(features.getFeatureTag(TABLE, "kn", "unit").getValue()).isEqualTo("kn");
    features.deleteFeatureTag(TABLE, "kn", "unit");
    assertThatThrownBy(() -> features.getFeatureTag(TABLE, "kn", "unit"))
        .isInstanceOf(NotFound.class);
    assertThat(features.getFeatureLineage(TABLE, "kn").getModels()).isEmpty();
  }
}
