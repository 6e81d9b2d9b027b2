package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.AccountClient;
import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksConfig;
import com.databricks.sdk.service.iam.MeRequest;
import com.databricks.sdk.service.iam.ServicePrincipal;
import com.databricks.sdk.service.oauth2.CreateServicePrincipalSecretRequest;
import com.databricks.sdk.service.oauth2.CreateServicePrincipalSecretResponse;
import com.databricks.sdk.service.oauth2.SecretInfo;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Service principals that log in with a secret, as the SDK does it (OAuth machine-to-machine). */
@Conformance
class MachineLoginTest {
  private static WorkspaceClient client;
  private static ServicePrincipal robot;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    robot = client.servicePrincipals().create(new ServicePrincipal().setDisplayName("dbx-m2m"));
  }

  @Test
  void theSdkLogsInWithASecretUntilItIsDeleted(PackagedServer server) {
    CreateServicePrincipalSecretResponse made =
        client
            .servicePrincipalSecretsProxy()
            .create(
                new CreateServicePrincipalSecretRequest()
                    .setServicePrincipalId(robot.getId())
                    .setLifetime("3600s"));
    WorkspaceClient machine =
        new WorkspaceClient(
            new DatabricksConfig()
                .setHost(server.url())
                .setClientId(robot.getApplicationId())
                .setClientSecret(made.getSecret())
                .setAuthType("oauth-m2m"));
    assertThat(machine.currentUser().me(new MeRequest()).getId()).isEqualTo(robot.getId());
    assertThat(client.servicePrincipalSecretsProxy().list(robot.getId()))
        .extracting(SecretInfo::getId)
        .contains(made.getId());
    client.servicePrincipalSecretsProxy().delete(robot.getId(), made.getId());
    assertThatThrownBy(() -> machine.currentUser().me(new MeRequest()))
        .hasMessageContaining("expired or revoked");
  }

  @Test
  void theAccountsPathsDoTheSame(PackagedServer server) throws Exception {
    JsonNode config = Http.json(new Http(server).get("/.well-known/databricks-config"));
    String accountId = config.path("account_id").textValue();
    AccountClient account =
        new AccountClient(
            new DatabricksConfig()
                .setHost(server.url())
                .setAccountId(accountId)
                .setToken(server.token())
                .setAuthType("pat"));
    CreateServicePrincipalSecretResponse made =
        account
            .servicePrincipalSecrets()
            .create(new CreateServicePrincipalSecretRequest().setServicePrincipalId(robot.getId()));
    String form =
        "grant_type=client_credentials&client_id=dbx-m2m&client_secret=" + made.getSecret();
    JsonNode token =
        Http.parse(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(
                            URI.create(server.url() + "/oidc/accounts/" + accountId + "/v1/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                    BodyHandlers.ofString())
                .body());
    WorkspaceClient machine = Workspace.of(server, token.path("access_token").textValue());
    assertThat(machine.currentUser().me(new MeRequest()).getUserName()).isEqualTo("dbx-m2m");
    assertThat(Http.json(new Http(server).get("/oidc/jwks.json")).path("keys")).isNotEmpty();
    assertThat(account.servicePrincipalSecrets().list(robot.getId()))
        .extracting(SecretInfo::getId)
        .contains(made.getId());
    account.servicePrincipalSecrets().delete(robot.getId(), made.getId());
  }
}
