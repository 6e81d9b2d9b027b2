package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.service.catalog.CatalogInfo;
import com.databricks.sdk.service.catalog.CreateCatalog;
import com.databricks.sdk.service.catalog.CreateSchema;
import com.databricks.sdk.service.catalog.CreateVolumeRequestContent;
import com.databricks.sdk.service.catalog.DeleteCatalogRequest;
import com.databricks.sdk.service.catalog.ListCatalogsRequest;
import com.databricks.sdk.service.catalog.SchemaInfo;
import com.databricks.sdk.service.catalog.UpdateCatalog;
import com.databricks.sdk.service.catalog.UpdateSchema;
import com.databricks.sdk.service.catalog.UpdateVolumeRequestContent;
import com.databricks.sdk.service.catalog.VolumeInfo;
import com.databricks.sdk.service.catalog.VolumeType;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Catalogs, schemas and volumes. */
@Conformance
class CatalogsTest {
  private static WorkspaceClient client;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
  }

  @Test
  void aCatalogLivesThroughCreateReadUpdateAndDelete() {
    CatalogInfo made =
        client
            .catalogs()
            .create(
                new CreateCatalog()
                    .setName("dbx_life")
                    .setComment("first")
                    .setProperties(Map.of("k", "v")));
    assertThat(made.getOwner()).isEqualTo("admin");
    assertThat(client.catalogs().get("dbx_life").getProperties()).containsEntry("k", "v");
    CatalogInfo renamed =
        client
            .catalogs()
            .update(
                new UpdateCatalog()
                    .setName("dbx_life")
                    .setNewName("dbx_renamed")
                    .setComment("second"));
    assertThat(renamed.getName()).isEqualTo("dbx_renamed");
    assertThat(client.catalogs().list(new ListCatalogsRequest().setMaxResults(2L)))
        .extracting(CatalogInfo::getName)
        .contains("main", "dbx_renamed")
        .doesNotContain("dbx_life")
        .doesNotHaveDuplicates();
    client.catalogs().delete(new DeleteCatalogRequest().setName("dbx_renamed").setForce(true));
    assertThatThrownBy(() -> client.catalogs().get("dbx_renamed"))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("dbx_renamed");
  }

  @Test
  void aSchemaLivesThroughCreateReadUpdateAndDelete() {
    Workspace.newCatalog(client, "dbx_schemas");
    SchemaInfo made =
        client.schemas().create(new CreateSchema().setCatalogName("dbx_schemas").setName("inner"));
    assertThat(made.getFullName()).isEqualTo("dbx_schemas.inner");
    assertThat(
            client
                .schemas()
                .update(new UpdateSchema().setFullName("dbx_schemas.inner").setComment("changed"))
                .getComment())
        .isEqualTo("changed");
    assertThat(client.schemas().get("dbx_schemas.inner").getComment()).isEqualTo("changed");
    client.schemas().delete("dbx_schemas.inner");
    assertThat(client.schemas().list("dbx_schemas"))
        .extracting(SchemaInfo::getName)
        .contains("s")
        .doesNotContain("inner");
  }

  @Test
  void aVolumeLivesThroughCreateReadUpdateAndDelete() {
    Workspace.newCatalog(client, "dbx_volumes");
    VolumeInfo made =
        client
            .volumes()
            .create(
                new CreateVolumeRequestContent()
                    .setCatalogName("dbx_volumes")
                    .setSchemaName("s")
                    .setName("files")
                    .setVolumeType(VolumeType.MANAGED));
    assertThat(made.getFullName()).isEqualTo("dbx_volumes.s.files");
    assertThat(made.getVolumeId()).isNotEmpty();
    VolumeInfo updated =
        client
            .volumes()
            .update(
                new UpdateVolumeRequestContent()
                    .setName("dbx_volumes.s.files")
                    .setComment("changed"));
    assertThat(updated.getComment()).isEqualTo("changed");
    assertThat(client.volumes().read("dbx_volumes.s.files").getVolumeType())
        .isEqualTo(VolumeType.MANAGED);
    assertThat(client.volumes().list("dbx_volumes", "s"))
        .extracting(VolumeInfo::getName)
        .containsExactly("files");
    client.volumes().delete("dbx_volumes.s.files");
    assertThatThrownBy(() -> client.volumes().read("dbx_volumes.s.files"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void theMetastoreSaysWhoItIs() {
    assertThat(client.metastores().summary().getMetastoreId()).isNotEmpty();
  }
}
