package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksError;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.service.catalog.CreateRegisteredModelRequest;
import com.databricks.sdk.service.catalog.ListRegisteredModelsRequest;
import com.databricks.sdk.service.catalog.ModelVersionInfo;
import com.databricks.sdk.service.catalog.RegisteredModelInfo;
import com.databricks.sdk.service.catalog.SetRegisteredModelAliasRequest;
import com.databricks.sdk.service.catalog.UpdateModelVersionRequest;
import com.databricks.sdk.service.catalog.UpdateRegisteredModelRequest;
import com.databricks.sdk.service.ml.CreateModelRequest;
import com.databricks.sdk.service.ml.GetLatestVersionsRequest;
import com.databricks.sdk.service.ml.Model;
import com.databricks.sdk.service.ml.ModelVersion;
import com.databricks.sdk.service.ml.RenameModelRequest;
import com.databricks.sdk.service.ml.SearchModelVersionsRequest;
import com.databricks.sdk.service.ml.SearchModelsRequest;
import com.databricks.sdk.service.ml.SetModelTagRequest;
import com.databricks.sdk.service.ml.SetModelVersionTagRequest;
import com.databricks.sdk.service.ml.UpdateModelRequest;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.OnnxModel;
import io.boathouse.conformance.PackagedServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The model registry of a workspace and that of the catalog, over the same models. */
@Conformance
class WorkspaceRegistryTest {
  private static WorkspaceClient client;
  private static OnnxModel linear;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    linear = OnnxModel.logged(new Http(server), "dbx-registry");
  }

  @Test
  void aModelIsMadeTaggedUpdatedRenamedAndDeleted() {
    var unused = client.modelRegistry().createModel(new CreateModelRequest().setName("dbx_life"));
    client
        .modelRegistry()
        .setModelTag(new SetModelTagRequest().setName("dbx_life").setKey("k").setValue("v"));
    var unusedUpdate =
        client
            .modelRegistry()
            .updateModel(new UpdateModelRequest().setName("dbx_life").setDescription("boat"));
    assertThat(
            client
                .modelRegistry()
                .searchModels(new SearchModelsRequest().setFilter("name = 'dbx_life'")))
        .extracting(Model::getDescription)
        .containsExactly("boat");
    client.modelRegistry().deleteModelTag("dbx_life", "k");
    var unusedRename =
        client
            .modelRegistry()
            .renameModel(new RenameModelRequest().setName("dbx_life").setNewName("dbx_new"));
    assertThat(client.registeredModels().get("main.default.dbx_new").getName())
        .isEqualTo("dbx_new");
    client.modelRegistry().deleteModel("dbx_new");
    assertThatThrownBy(() -> client.registeredModels().get("main.default.dbx_new"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aVersionIsMadeTaggedFoundAndDeleted() {
    linear.register("dbx_versions");
    linear.register("dbx_versions");
    client
        .modelRegistry()
        .setModelVersionTag(
            new SetModelVersionTagRequest()
                .setName("dbx_versions")
                .setVersion("1")
                .setKey("k")
                .setValue("v"));
    assertThat(
            client
                .modelRegistry()
                .searchModelVersions(
                    new SearchModelVersionsRequest()
                        .setFilter("name='dbx_versions'")
                        .setMaxResults(1L)))
        .extracting(ModelVersion::getVersion)
        .containsExactlyInAnyOrder("1", "2");
    assertThat(
            client
                .modelRegistry()
                .getLatestVersions(new GetLatestVersionsRequest().setName("dbx_versions")))
        .extracting(ModelVersion::getVersion)
        .containsExactly("2");
    client.modelRegistry().deleteModelVersionTag("dbx_versions", "1", "k");
    client.modelRegistry().deleteModelVersion("dbx_versions", "1");
    assertThatThrownBy(() -> client.modelRegistry().getModelVersion("dbx_versions", "1"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void theCatalogShowsTheSameModelsVersionsAndAliases() {
    linear.register("dbx_same");
    String name = "main.default.dbx_same";
    assertThat(
            client
                .registeredModels()
                .list(
                    new ListRegisteredModelsRequest()
                        .setCatalogName("main")
                        .setSchemaName("default")))
        .extracting(RegisteredModelInfo::getFullName)
        .contains(name);
    var unused =
        client
            .registeredModels()
            .setAlias(
                new SetRegisteredModelAliasRequest()
                    .setFullName(name)
                    .setAlias("champion")
                    .setVersionNum(1L));
    assertThat(client.modelVersions().getByAlias(name, "champion").getVersion()).isEqualTo(1);
    ModelVersionInfo updated =
        client
            .modelVersions()
            .update(
                new UpdateModelVersionRequest()
                    .setFullName(name)
                    .setVersion(1L)
                    .setComment("the best"));
    assertThat(updated.getComment()).isEqualTo("the best");
    assertThat(client.modelVersions().get(name, 1L).getComment()).isEqualTo("the best");
    assertThat(client.modelVersions().list(name)).hasSize(1);
    assertThat(
            client
                .registeredModels()
                .update(new UpdateRegisteredModelRequest().setFullName(name).setComment("c"))
                .getComment())
        .isEqualTo("c");
    client.registeredModels().deleteAlias(name, "champion");
    assertThatThrownBy(() -> client.modelVersions().getByAlias(name, "champion"))
        .isInstanceOf(DatabricksError.class);
    client.modelVersions().delete(name, 1L);
    client.registeredModels().delete(name);
    assertThatThrownBy(() -> client.registeredModels().get(name)).isInstanceOf(NotFound.class);
  }

  @Test
  void aModelMadeInTheCatalogIsTheWorkspacesToo() {
    var unused =
        client
            .registeredModels()
            .create(
                new CreateRegisteredModelRequest()
                    .setCatalogName("main")
                    .setSchemaName("default")
                    .setName("dbx_both"));
    assertThat(client.modelRegistry().searchModels(new SearchModelsRequest()))
        .anyMatch(model -> model.getName().endsWith("dbx_both"));
  }
}
