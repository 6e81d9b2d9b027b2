package io.boathouse.conformance.unitycatalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import io.unitycatalog.client.ApiClient;
import io.unitycatalog.client.ApiException;
import io.unitycatalog.client.api.CatalogsApi;
import io.unitycatalog.client.api.GrantsApi;
import io.unitycatalog.client.api.SchemasApi;
import io.unitycatalog.client.model.CatalogInfo;
import io.unitycatalog.client.model.CreateCatalog;
import io.unitycatalog.client.model.CreateSchema;
import io.unitycatalog.client.model.PermissionsChange;
import io.unitycatalog.client.model.Privilege;
import io.unitycatalog.client.model.PrivilegeAssignment;
import io.unitycatalog.client.model.SecurableType;
import io.unitycatalog.client.model.UpdatePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class GrantsTest {
  private static GrantsApi grants;
  private static Users users;
  private static String url;

  @BeforeAll
  static void open(PackagedServer server) throws ApiException {
    ApiClient client = UnityClients.of(server);
    grants = new GrantsApi(client);
    users = new Users(new Http(server));
    url = server.url();
    new CatalogsApi(client).createCatalog(new CreateCatalog().name("uc_grants"));
    new SchemasApi(client).createSchema(new CreateSchema().catalogName("uc_grants").name("s"));
  }

  private static void add(SecurableType type, String name, String principal, Privilege privilege)
      throws ApiException {
    var unused =
        grants.update(
            type,
            name,
            new UpdatePermissions()
                .addChangesItem(
                    new PermissionsChange().principal(principal).addAddItem(privilege)));
  }

  @Test
  void aGrantShowsIsInForceAndEndsWhenItIsTaken() throws ApiException {
    ApiClient nora = UnityClients.of(url, users.token("uc-nora"));
    SchemasApi schemas = new SchemasApi(nora);
    var hidden = catchThrowableOfType(ApiException.class, () -> schemas.getSchema("uc_grants.s"));
    assertThat(hidden.getCode()).isIn(403, 404);
    add(SecurableType.CATALOG, "uc_grants", "uc-nora", Privilege.USE_CATALOG);
    add(SecurableType.SCHEMA, "uc_grants.s", "uc-nora", Privilege.USE_SCHEMA);
    assertThat(schemas.getSchema("uc_grants.s").getName()).isEqualTo("s");
    assertThat(grants.get(SecurableType.SCHEMA, "uc_grants.s", "uc-nora").getPrivilegeAssignments())
        .extracting(PrivilegeAssignment::getPrincipal)
        .containsExactly("uc-nora");
    var unused =
        grants.update(
            SecurableType.SCHEMA,
            "uc_grants.s",
            new UpdatePermissions()
                .addChangesItem(
                    new PermissionsChange()
                        .principal("uc-nora")
                        .addRemoveItem(Privilege.USE_SCHEMA)));
    var taken = catchThrowableOfType(ApiException.class, () -> schemas.getSchema("uc_grants.s"));
    assertThat(taken.getCode()).isIn(403, 404);
  }

  @Test
  void aListingShowsOnlyWhatItsCallerMaySee() throws ApiException {
    ApiClient olaf = UnityClients.of(url, users.token("uc-olaf"));
    assertThat(new CatalogsApi(olaf).listCatalogs(null, 1000).getCatalogs())
        .extracting(CatalogInfo::getName)
        .doesNotContain("uc_grants");
  }

  @Test
  void nobodyGrantsWhatIsNotTheirs() {
    GrantsApi petra = new GrantsApi(UnityClients.of(url, users.token("uc-petra")));
    var failure =
        catchThrowableOfType(
            ApiException.class,
            () ->
                petra.update(
                    SecurableType.CATALOG,
                    "uc_grants",
                    new UpdatePermissions()
                        .addChangesItem(
                            new PermissionsChange()
                                .principal("uc-petra")
                                .addAddItem(Privilege.USE_CATALOG))));
    assertThat(failure.getCode()).isIn(403, 404);
  }

  @Test
  void anUnknownPrincipalIsRefusedAndNamed() {
    var failure =
        catchThrowableOfType(
            ApiException.class,
            () -> add(SecurableType.CATALOG, "uc_grants", "nobody-here", Privilege.USE_CATALOG));
    assertThat(failure.getCode()).isBetween(400, 404);
    assertThat(failure.getResponseBody()).contains("nobody-here");
  }
}
