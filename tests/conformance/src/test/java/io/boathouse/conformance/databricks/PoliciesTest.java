package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.service.catalog.ColumnMaskOptions;
import com.databricks.sdk.service.catalog.CreateEntityTagAssignmentRequest;
import com.databricks.sdk.service.catalog.CreatePolicyRequest;
import com.databricks.sdk.service.catalog.EntityTagAssignment;
import com.databricks.sdk.service.catalog.MatchColumn;
import com.databricks.sdk.service.catalog.PermissionsChange;
import com.databricks.sdk.service.catalog.PolicyInfo;
import com.databricks.sdk.service.catalog.PolicyType;
import com.databricks.sdk.service.catalog.Privilege;
import com.databricks.sdk.service.catalog.SecurableType;
import com.databricks.sdk.service.catalog.UpdatePermissions;
import com.databricks.sdk.service.catalog.UpdatePolicyRequest;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class PoliciesTest {
  private static WorkspaceClient client;
  private static WorkspaceClient ida;

  @BeforeAll
  static void aTableWithATaggedColumn(PackagedServer server) {
    client = Workspace.of(server);
    Workspace.newCatalog(client, "dbx_abac");
    var unused = Workspace.run(client, "CREATE TABLE dbx_abac.s.t AS SELECT 'a@b' AS email");
    unused =
        Workspace.run(
            client, "CREATE FUNCTION dbx_abac.s.hide(v STRING) RETURNS STRING RETURN '***'");
    ida = Workspace.of(server, new Users(new Http(server)).token("dbx-abac-ida"));
    var granted =
        client
            .grants()
            .update(
                new UpdatePermissions()
                    .setSecurableType("catalog")
                    .setFullName("dbx_abac")
                    .setChanges(
                        List.of(
                            new PermissionsChange()
                                .setPrincipal("dbx-abac-ida")
                                .setAdd(
                                    List.of(
                                        Privilege.USE_CATALOG,
                                        Privilege.USE_SCHEMA,
                                        Privilege.SELECT)))));
    assertThat(granted.getPrivilegeAssignments()).isNotEmpty();
    var tagged =
        client
            .entityTagAssignments()
            .create(
                new CreateEntityTagAssignmentRequest()
                    .setTagAssignment(
                        new EntityTagAssignment()
                            .setEntityType("columns")
                            .setEntityName("dbx_abac.s.t.email")
                            .setTagKey("pii")));
    assertThat(tagged.getTagKey()).isEqualTo("pii");
  }

  private static String email(WorkspaceClient who) {
    return Workspace.run(who, "SELECT email FROM dbx_abac.s.t")
        .getResult()
        .getDataArray()
        .iterator()
        .next()
        .iterator()
        .next();
  }

  @Test
  void aPolicyOverTagsMasksForThoseItIsFor() {
    assertThat(email(ida)).isEqualTo("a@b");
    PolicyInfo policy =
        client
            .policies()
            .createPolicy(
                new CreatePolicyRequest()
                    .setPolicyInfo(
                        new PolicyInfo()
                            .setName("no-pii")
                            .setOnSecurableType(SecurableType.CATALOG)
                            .setOnSecurableFullname("dbx_abac")
                            .setForSecurableType(SecurableType.TABLE)
                            .setPolicyType(PolicyType.POLICY_TYPE_COLUMN_MASK)
                            .setToPrincipals(List.of("account users"))
                            .setExceptPrincipals(List.of("admins"))
                            .setMatchColumns(
                                List.of(
                                    new MatchColumn().setAlias("c").setCondition("hasTag('pii')")))
                            .setColumnMask(
                                new ColumnMaskOptions()
                                    .setFunctionName("dbx_abac.s.hide")
                                    .setOnColumn("c"))));
    assertThat(policy.getId()).isNotEmpty();
    assertThat(email(ida)).isEqualTo("***");
    assertThat(email(client)).isEqualTo("a@b");
    assertThat(client.policies().listPolicies("catalog", "dbx_abac"))
        .extracting(PolicyInfo::getName)
        .containsExactly("no-pii");
    PolicyInfo changed =
        client
            .policies()
            .updatePolicy(
                new UpdatePolicyRequest()
                    .setOnSecurableType("catalog")
                    .setOnSecurableFullname("dbx_abac")
                    .setName("no-pii")
                    .setUpdateMask("except_principals")
                    .setPolicyInfo(
                        new PolicyInfo()
                            .setName("no-pii")
                            .setExceptPrincipals(List.of("dbx-abac-ida"))));
    assertThat(changed.getExceptPrincipals()).containsExactly("dbx-abac-ida");
    assertThat(client.policies().getPolicy("catalog", "dbx_abac", "no-pii").getExceptPrincipals())
        .containsExactly("dbx-abac-ida");
    assertThat(email(ida)).isEqualTo("a@b");
    assertThat(email(client)).isEqualTo("***");
    var unused = client.policies().deletePolicy("catalog", "dbx_abac", "no-pii");
    assertThatThrownBy(() -> client.policies().getPolicy("catalog", "dbx_abac", "no-pii"))
        .isInstanceOf(NotFound.class);
    assertThat(email(client)).isEqualTo("a@b");
  }
}
