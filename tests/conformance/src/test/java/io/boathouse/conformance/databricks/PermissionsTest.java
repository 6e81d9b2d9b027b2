package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.core.error.platform.PermissionDenied;
import com.databricks.sdk.service.catalog.EffectivePrivilege;
import com.databricks.sdk.service.catalog.PermissionsChange;
import com.databricks.sdk.service.catalog.Privilege;
import com.databricks.sdk.service.catalog.PrivilegeAssignment;
import com.databricks.sdk.service.catalog.UpdatePermissions;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class PermissionsTest {
  private static WorkspaceClient client;
  private static Users users;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    users = new Users(new Http(server));
    Workspace.newCatalog(client, "dbx_grants");
    var unused = Workspace.run(client, "CREATE TABLE dbx_grants.s.t AS SELECT 42 AS answer");
  }

  private static void change(String type, String name, PermissionsChange change) {
    var unused =
        client
            .grants()
            .update(
                new UpdatePermissions()
                    .setSecurableType(type)
                    .setFullName(name)
                    .setChanges(List.of(change)));
  }

  @Test
  void aGrantOnACatalogReachesItsTables(PackagedServer server) {
    WorkspaceClient ida = Workspace.of(server, users.token("dbx-ida"));
    assertThatThrownBy(() -> ida.tables().get("dbx_grants.s.t"))
        .isInstanceOfAny(PermissionDenied.class, NotFound.class);
    change(
        "catalog",
        "dbx_grants",
        new PermissionsChange()
            .setPrincipal("dbx-ida")
            .setAdd(List.of(Privilege.USE_CATALOG, Privilege.USE_SCHEMA, Privilege.SELECT)));
    assertThat(client.grants().get("catalog", "dbx_grants").getPrivilegeAssignments())
        .filteredOn(granted -> granted.getPrincipal().equals("dbx-ida"))
        .flatExtracting(PrivilegeAssignment::getPrivileges)
        .containsExactlyInAnyOrder(Privilege.USE_CATALOG, Privilege.USE_SCHEMA, Privilege.SELECT);
    assertThat(client.grants().getEffective("table", "dbx_grants.s.t").getPrivilegeAssignments())
        .filteredOn(granted -> granted.getPrincipal().equals("dbx-ida"))
        .flatExtracting(granted -> granted.getPrivileges())
        .filteredOn(privilege -> privilege.getPrivilege() == Privilege.SELECT)
        .extracting(EffectivePrivilege::getInheritedFromName)
        .containsExactly("dbx_grants");
    assertThat(Workspace.run(ida, "SELECT answer FROM dbx_grants.s.t").getResult().getDataArray())
        .containsExactly(List.of("42"));
    change(
        "catalog",
        "dbx_grants",
        new PermissionsChange().setPrincipal("dbx-ida").setRemove(List.of(Privilege.SELECT)));
    assertThat(
            Workspace.execute(ida, "SELECT answer FROM dbx_grants.s.t")
                .getStatus()
                .getError()
                .getMessage())
        .contains("dbx_grants.s.t");
  }

  @Test
  void grantsBySqlAndByRestAreTheSame() {
    String unusedToken = users.token("dbx-jon");
    var unused = Workspace.run(client, "GRANT SELECT ON TABLE dbx_grants.s.t TO `dbx-jon`");
    assertThat(client.grants().get("table", "dbx_grants.s.t").getPrivilegeAssignments())
        .anyMatch(
            granted ->
                granted.getPrincipal().equals("dbx-jon")
                    && granted.getPrivileges().contains(Privilege.SELECT));
    unused = Workspace.run(client, "REVOKE SELECT ON TABLE dbx_grants.s.t FROM `dbx-jon`");
    assertThat(client.grants().get("table", "dbx_grants.s.t").getPrivilegeAssignments())
        .noneMatch(granted -> granted.getPrincipal().equals("dbx-jon"));
  }

  @Test
  void nobodyGrantsWhatIsNotTheirs(PackagedServer server) {
    WorkspaceClient kai = Workspace.of(server, users.token("dbx-kai"));
    assertThatThrownBy(
            () ->
                kai.grants()
                    .update(
                        new UpdatePermissions()
                            .setSecurableType("catalog")
                            .setFullName("dbx_grants")
                            .setChanges(
                                List.of(
                                    new PermissionsChange()
                                        .setPrincipal("dbx-kai")
                                        .setAdd(List.of(Privilege.ALL_PRIVILEGES))))))
        .isInstanceOfAny(PermissionDenied.class, NotFound.class);
  }
}
