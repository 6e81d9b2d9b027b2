package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.AccountClient;
import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksConfig;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.core.error.platform.PermissionDenied;
import com.databricks.sdk.core.error.platform.Unauthenticated;
import com.databricks.sdk.service.iam.AccountUser;
import com.databricks.sdk.service.iam.ComplexValue;
import com.databricks.sdk.service.iam.CreateAccountUserRequest;
import com.databricks.sdk.service.iam.Group;
import com.databricks.sdk.service.iam.GroupSchema;
import com.databricks.sdk.service.iam.ListAccountUsersRequest;
import com.databricks.sdk.service.iam.ListGroupsRequest;
import com.databricks.sdk.service.iam.ListServicePrincipalsRequest;
import com.databricks.sdk.service.iam.ListUsersRequest;
import com.databricks.sdk.service.iam.MeRequest;
import com.databricks.sdk.service.iam.PartialUpdate;
import com.databricks.sdk.service.iam.Patch;
import com.databricks.sdk.service.iam.PatchOp;
import com.databricks.sdk.service.iam.PatchSchema;
import com.databricks.sdk.service.iam.ServicePrincipal;
import com.databricks.sdk.service.iam.User;
import com.databricks.sdk.service.settings.CreateOboTokenRequest;
import com.databricks.sdk.service.settings.CreateTokenRequest;
import com.databricks.sdk.service.settings.CreateTokenResponse;
import com.databricks.sdk.service.settings.ListTokenManagementRequest;
import com.databricks.sdk.service.settings.PublicTokenInfo;
import com.databricks.sdk.service.settings.TokenInfo;
import com.databricks.sdk.service.sql.ListWarehousesRequest;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The current user, principals and tokens. */
@Conformance
class IdentityTest {
  private static WorkspaceClient client;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
  }

  @Test
  void theCurrentUserIsTheOwnerOfTheToken() {
    User me = client.currentUser().me(new MeRequest());
    assertThat(me.getUserName()).isEqualTo("admin");
    assertThat(me.getActive()).isTrue();
    assertThat(me.getGroups()).extracting(ComplexValue::getDisplay).contains("admins");
  }

  @Test
  void aTokenActsUntilItIsDeleted(PackagedServer server) {
    CreateTokenResponse made =
        client
            .tokens()
            .create(new CreateTokenRequest().setComment("short").setLifetimeSeconds(600L));
    WorkspaceClient other = Workspace.of(server, made.getTokenValue());
    assertThat(other.currentUser().me(new MeRequest()).getUserName()).isEqualTo("admin");
    assertThat(client.tokens().list())
        .extracting(PublicTokenInfo::getTokenId)
        .contains(made.getTokenInfo().getTokenId());
    client.tokens().delete(made.getTokenInfo().getTokenId());
    assertThatThrownBy(() -> other.currentUser().me(new MeRequest()))
        .isInstanceOf(Unauthenticated.class);
  }

  @Test
  void administratorsSeeAndRevokeTheTokensOfAll(PackagedServer server) {
    CreateTokenResponse made =
        client.tokens().create(new CreateTokenRequest().setComment("managed"));
    String id = made.getTokenInfo().getTokenId();
    assertThat(
            client
                .tokenManagement()
                .list(new ListTokenManagementRequest().setCreatedByUsername("admin")))
        .extracting(TokenInfo::getTokenId)
        .contains(id);
    assertThat(client.tokenManagement().get(id).getTokenInfo().getComment()).isEqualTo("managed");
    client.tokenManagement().delete(id);
    WorkspaceClient revoked = Workspace.of(server, made.getTokenValue());
    assertThatThrownBy(() -> revoked.currentUser().me(new MeRequest()))
        .isInstanceOf(Unauthenticated.class);
  }

  @Test
  void aTokenIsNarrowedToItsScopes(PackagedServer server) {
    CreateTokenResponse made =
        client
            .tokens()
            .create(new CreateTokenRequest().setLifetimeSeconds(600L).setScopes(List.of("sql")));
    assertThat(made.getTokenInfo().getScopes()).containsExactly("sql");
    WorkspaceClient narrowed = Workspace.of(server, made.getTokenValue());
    assertThat(narrowed.warehouses().list(new ListWarehousesRequest())).isNotEmpty();
    assertThatThrownBy(() -> narrowed.catalogs().get("main")).isInstanceOf(PermissionDenied.class);
  }

  @Test
  void theAccountHasTheSamePrincipals(PackagedServer server) {
    String accountId =
        Http.json(new Http(server).get("/.well-known/databricks-config"))
            .path("account_id")
            .textValue();
    AccountClient account =
        new AccountClient(
            new DatabricksConfig()
                .setHost(server.url())
                .setAccountId(accountId)
                .setToken(server.token())
                .setAuthType("pat"));
    AccountUser user =
        account.usersV2().create(new CreateAccountUserRequest().setUserName("dbx-account"));
    assertThat(
            account
                .usersV2()
                .list(new ListAccountUsersRequest().setFilter("userName sw \"dbx-acc\"")))
        .extracting(AccountUser::getId)
        .containsExactly(user.getId());
    assertThat(client.users().get(user.getId()).getUserName()).isEqualTo("dbx-account");
    account.usersV2().delete(user.getId());
    assertThatThrownBy(() -> client.users().get(user.getId())).isInstanceOf(NotFound.class);
  }

  @Test
  void aUserIsMadeFoundDisabledAndDeleted() {
    User made = client.users().create(new User().setUserName("dbx-lena").setDisplayName("Lena"));
    assertThat(client.users().get(made.getId()).getDisplayName()).isEqualTo("Lena");
    assertThat(client.users().list(new ListUsersRequest().setFilter("userName eq \"dbx-lena\"")))
        .extracting(User::getId)
        .containsExactly(made.getId());
    client
        .users()
        .patch(
            new PartialUpdate()
                .setId(made.getId())
                .setSchemas(List.of(PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP))
                .setOperations(
                    List.of(new Patch().setOp(PatchOp.REPLACE).setPath("active").setValue(false))));
    assertThat(client.users().get(made.getId()).getActive()).isFalse();
    client
        .users()
        .update(
            new User()
                .setId(made.getId())
                .setUserName("dbx-lena")
                .setDisplayName("Lena L.")
                .setActive(true));
    assertThat(client.users().get(made.getId()).getDisplayName()).isEqualTo("Lena L.");
    client.users().delete(made.getId());
    assertThatThrownBy(() -> client.users().get(made.getId())).isInstanceOf(NotFound.class);
  }

  @Test
  void aGroupTakesMembersAndLosesThem() {
    User member = client.users().create(new User().setUserName("dbx-mats"));
    Group made =
        client
            .groups()
            .create(
                new Group()
                    .setDisplayName("dbx-crew")
                    .setSchemas(List.of(GroupSchema.URN_IETF_PARAMS_SCIM_SCHEMAS_CORE_2_0_GROUP)));
    client
        .groups()
        .patch(
            new PartialUpdate()
                .setId(made.getId())
                .setSchemas(List.of(PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP))
                .setOperations(
                    List.of(
                        new Patch()
                            .setOp(PatchOp.ADD)
                            .setPath("members")
                            .setValue(List.of(new ComplexValue().setValue(member.getId()))))));
    assertThat(client.groups().get(made.getId()).getMembers())
        .extracting(ComplexValue::getValue)
        .containsExactly(member.getId());
    client.groups().update(new Group().setId(made.getId()).setDisplayName("dbx-crew"));
    assertThat(client.groups().list(new ListGroupsRequest()))
        .extracting(Group::getDisplayName)
        .contains("dbx-crew");
    client.groups().delete(made.getId());
    assertThatThrownBy(() -> client.groups().get(made.getId())).isInstanceOf(NotFound.class);
  }

  @Test
  void aServicePrincipalActsWithATokenMadeForIt(PackagedServer server) {
    ServicePrincipal made =
        client.servicePrincipals().create(new ServicePrincipal().setDisplayName("dbx-robot"));
    String token =
        client
            .tokenManagement()
            .createOboToken(
                new CreateOboTokenRequest()
                    .setApplicationId(made.getApplicationId())
                    .setLifetimeSeconds(600L))
            .getTokenValue();
    assertThat(Workspace.of(server, token).currentUser().me(new MeRequest()).getId())
        .isEqualTo(made.getId());
    assertThat(client.servicePrincipals().get(made.getId()).getDisplayName())
        .isEqualTo("dbx-robot");
    client
        .servicePrincipals()
        .update(
            new ServicePrincipal()
                .setId(made.getId())
                .setApplicationId(made.getApplicationId())
                .setDisplayName("dbx-robot")
                .setActive(true));
    client
        .servicePrincipals()
        .patch(
            new PartialUpdate()
                .setId(made.getId())
                .setSchemas(List.of(PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP))
                .setOperations(
                    List.of(new Patch().setOp(PatchOp.REPLACE).setPath("active").setValue(true))));
    assertThat(client.servicePrincipals().list(new ListServicePrincipalsRequest()))
        .extracting(ServicePrincipal::getId)
        .contains(made.getId());
    client.servicePrincipals().delete(made.getId());
    assertThatThrownBy(() -> Workspace.of(server, token).currentUser().me(new MeRequest()))
        .isInstanceOf(Unauthenticated.class);
  }
}
