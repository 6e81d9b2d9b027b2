package io.boathouse.conformance.unitycatalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import io.unitycatalog.client.ApiClient;
import io.unitycatalog.client.ApiException;
import io.unitycatalog.client.api.ModelVersionsApi;
import io.unitycatalog.client.api.RegisteredModelsApi;
import io.unitycatalog.client.api.TemporaryCredentialsApi;
import io.unitycatalog.client.model.CreateModelVersion;
import io.unitycatalog.client.model.CreateRegisteredModel;
import io.unitycatalog.client.model.FinalizeModelVersion;
import io.unitycatalog.client.model.GenerateTemporaryModelVersionCredential;
import io.unitycatalog.client.model.ModelVersionInfo;
import io.unitycatalog.client.model.ModelVersionOperation;
import io.unitycatalog.client.model.ModelVersionStatus;
import io.unitycatalog.client.model.RegisteredModelInfo;
import io.unitycatalog.client.model.UpdateModelVersion;
import io.unitycatalog.client.model.UpdateRegisteredModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class ModelsTest {
  private static ApiClient client;
  private static RegisteredModelsApi models;
  private static ModelVersionsApi versions;

  @BeforeAll
  static void open(PackagedServer server) {
    client = UnityClients.of(server);
    models = new RegisteredModelsApi(client);
    versions = new ModelVersionsApi(client);
  }

  private static void newModel(String name) throws ApiException {
    models.createRegisteredModel(
        new CreateRegisteredModel().catalogName("main").schemaName("default").name(name));
  }

  private static ModelVersionInfo newVersion(String model) throws ApiException {
    return versions.createModelVersion(
        new CreateModelVersion()
            .catalogName("main")
            .schemaName("default")
            .modelName(model)
            .source("dbfs:/somewhere")
            .runId("run"));
  }

  @Test
  void aModelLivesThroughCreateReadUpdateAndDelete() throws ApiException {
    newModel("uc_life");
    String name = "main.default.uc_life";
    assertThat(models.getRegisteredModel(name).getId()).isNotEmpty();
    assertThat(models.listRegisteredModels("main", "default", 1000, null).getRegisteredModels())
        .extracting(RegisteredModelInfo::getName)
        .contains("uc_life");
    assertThat(
            models
                .updateRegisteredModel(name, new UpdateRegisteredModel().comment("c"))
                .getComment())
        .isEqualTo("c");
    models.deleteRegisteredModel(name, true);
    var gone = catchThrowableOfType(ApiException.class, () -> models.getRegisteredModel(name));
    assertThat(gone.getCode()).isEqualTo(404);
  }

  @Test
  void aVersionIsPendingUntilItIsFinalized() throws ApiException {
    newModel("uc_pending");
    String name = "main.default.uc_pending";
    ModelVersionInfo made = newVersion("uc_pending");
    assertThat(made.getVersion()).isEqualTo(1);
    assertThat(made.getStatus()).isEqualTo(ModelVersionStatus.PENDING_REGISTRATION);
    versions.finalizeModelVersion(name, 1L, new FinalizeModelVersion().fullName(name).version(1L));
    assertThat(versions.getModelVersion(name, 1L).getStatus()).isEqualTo(ModelVersionStatus.READY);
    assertThat(
            versions
                .updateModelVersion(name, 1L, new UpdateModelVersion().comment("v"))
                .getComment())
        .isEqualTo("v");
    assertThat(versions.listModelVersions(name, null, null).getModelVersions()).hasSize(1);
    versions.deleteModelVersion(name, 1L);
    assertThat(versions.listModelVersions(name, null, null).getModelVersions()).isEmpty();
  }

  @Test
  void credentialsOfAVersionAreVended() throws ApiException {
    newModel("uc_credentials");
    var unused = newVersion("uc_credentials");
    var vended =
        new TemporaryCredentialsApi(client)
            .generateTemporaryModelVersionCredentials(
                new GenerateTemporaryModelVersionCredential()
                    .catalogName("main")
                    .schemaName("default")
                    .modelName("uc_credentials")
                    .version(1L)
                    .operation(ModelVersionOperation.READ_WRITE_MODEL_VERSION));
    assertThat(vended.getAwsTempCredentials()).isNull();
  }

  @Test
  void aNumberIsNeverGivenTwice() throws ApiException {
    newModel("uc_numbers");
    assertThat(newVersion("uc_numbers").getVersion()).isEqualTo(1);
    assertThat(newVersion("uc_numbers").getVersion()).isEqualTo(2);
    versions.deleteModelVersion("main.default.uc_numbers", 2L);
    assertThat(newVersion("uc_numbers").getVersion()).isEqualTo(3);
  }

  @Test
  void anAbsentVersionIsNotFoundAndNamed() throws ApiException {
    newModel("uc_absent");
    var failure =
        catchThrowableOfType(
            ApiException.class, () -> versions.getModelVersion("main.default.uc_absent", 7L));
    assertThat(failure.getCode()).isEqualTo(404);
    assertThat(failure.getResponseBody()).contains("7");
  }
}
