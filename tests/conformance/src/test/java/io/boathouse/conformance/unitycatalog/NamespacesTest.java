package io.boathouse.conformance.unitycatalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import io.unitycatalog.client.ApiClient;
import io.unitycatalog.client.ApiException;
import io.unitycatalog.client.api.CatalogsApi;
import io.unitycatalog.client.api.MetastoresApi;
import io.unitycatalog.client.api.SchemasApi;
import io.unitycatalog.client.model.CatalogInfo;
import io.unitycatalog.client.model.CreateCatalog;
import io.unitycatalog.client.model.CreateSchema;
import io.unitycatalog.client.model.ListCatalogsResponse;
import io.unitycatalog.client.model.ListSchemasResponse;
import io.unitycatalog.client.model.SchemaInfo;
import io.unitycatalog.client.model.UpdateCatalog;
import io.unitycatalog.client.model.UpdateSchema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class NamespacesTest {
  private static ApiClient client;
  private static CatalogsApi catalogs;
  private static SchemasApi schemas;

  @BeforeAll
  static void open(PackagedServer server) {
    client = UnityClients.of(server);
    catalogs = new CatalogsApi(client);
    schemas = new SchemasApi(client);
  }

  @Test
  void theMetastoreSaysWhoItIs() throws ApiException {
    assertThat(new MetastoresApi(client).summary().getMetastoreId()).isNotEmpty();
  }

  @Test
  void aCatalogLivesThroughCreateReadUpdateAndDelete() throws ApiException {
    CatalogInfo made =
        catalogs.createCatalog(
            new CreateCatalog().name("uc_life").comment("first").putPropertiesItem("k", "v"));
    assertThat(made.getName()).isEqualTo("uc_life");
    assertThat(made.getId()).isNotEmpty();
    assertThat(made.getCreatedAt()).isPositive();
    assertThat(catalogs.getCatalog("uc_life").getProperties()).containsEntry("k", "v");
    assertThat(
            catalogs.updateCatalog("uc_life", new UpdateCatalog().comment("second")).getComment())
        .isEqualTo("second");
    catalogs.deleteCatalog("uc_life", false);
    assertThat(
            catchThrowableOfType(ApiException.class, () -> catalogs.getCatalog("uc_life"))
                .getCode())
        .isEqualTo(404);
  }

  @Test
  void aTakenNameIsRefusedWithTheProtocolsCode() throws ApiException {
    catalogs.createCatalog(new CreateCatalog().name("uc_taken"));
    var failure =
        catchThrowableOfType(
            ApiException.class, () -> catalogs.createCatalog(new CreateCatalog().name("uc_taken")));
    assertThat(failure.getCode()).isEqualTo(400);
    assertThat(failure.getResponseBody()).contains("CATALOG_ALREADY_EXISTS", "uc_taken");
  }

  @Test
  void listingsComeInPagesThatMissNothing() throws ApiException {
    catalogs.createCatalog(new CreateCatalog().name("uc_pages"));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      expected.add("s" + i);
      schemas.createSchema(new CreateSchema().catalogName("uc_pages").name("s" + i));
    }
    List<String> found = new ArrayList<>();
    ListSchemasResponse page = schemas.listSchemas("uc_pages", 2, null);
    page.getSchemas().forEach(schema -> found.add(schema.getName()));
    while (page.getNextPageToken() != null && !page.getNextPageToken().isEmpty()) {
      page = schemas.listSchemas("uc_pages", 2, page.getNextPageToken());
      page.getSchemas().forEach(schema -> found.add(schema.getName()));
    }
    assertThat(found).containsAll(expected).doesNotHaveDuplicates();
    ListCatalogsResponse all = catalogs.listCatalogs(null, 1000);
    assertThat(all.getCatalogs()).extracting(CatalogInfo::getName).contains("main", "uc_pages");
  }

  @Test
  void aSchemaLivesThroughCreateReadUpdateAndDelete() throws ApiException {
    catalogs.createCatalog(new CreateCatalog().name("uc_schemas"));
    SchemaInfo made =
        schemas.createSchema(new CreateSchema().catalogName("uc_schemas").name("one"));
    assertThat(made.getFullName()).isEqualTo("uc_schemas.one");
    assertThat(made.getSchemaId()).isNotEmpty();
    SchemaInfo renamed =
        schemas.updateSchema(
            "uc_schemas.one", new UpdateSchema().newName("two").comment("renamed"));
    assertThat(renamed.getFullName()).isEqualTo("uc_schemas.two");
    assertThat(schemas.getSchema("uc_schemas.two").getComment()).isEqualTo("renamed");
    schemas.deleteSchema("uc_schemas.two", false);
    assertThat(
            catchThrowableOfType(ApiException.class, () -> schemas.getSchema("uc_schemas.two"))
                .getCode())
        .isEqualTo(404);
  }

  @Test
  void whatStillHoldsSomethingIsDeletedOnlyByForce() throws ApiException {
    catalogs.createCatalog(new CreateCatalog().name("uc_full"));
    schemas.createSchema(new CreateSchema().catalogName("uc_full").name("inner"));
    var failure =
        catchThrowableOfType(ApiException.class, () -> catalogs.deleteCatalog("uc_full", false));
    assertThat(failure.getCode()).isBetween(400, 409);
    assertThat(schemas.getSchema("uc_full.inner").getName()).isEqualTo("inner");
    catalogs.deleteCatalog("uc_full", true);
    assertThat(
            catchThrowableOfType(ApiException.class, () -> schemas.getSchema("uc_full.inner"))
                .getCode())
        .isEqualTo(404);
  }

  @Test
  void aSchemaInAnAbsentCatalogIsNotFound() {
    var failure =
        catchThrowableOfType(
            ApiException.class,
            () -> schemas.createSchema(new CreateSchema().catalogName("uc_absent").name("s")));
    assertThat(failure.getCode()).isEqualTo(404);
    assertThat(failure.getResponseBody()).contains("uc_absent");
  }
}
