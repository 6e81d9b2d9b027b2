package io.boathouse.conformance.databricks;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksConfig;
import com.databricks.sdk.service.catalog.CreateCatalog;
import com.databricks.sdk.service.catalog.CreateSchema;
import com.databricks.sdk.service.sql.EndpointInfo;
import com.databricks.sdk.service.sql.ExecuteStatementRequest;
import com.databricks.sdk.service.sql.ListWarehousesRequest;
import com.databricks.sdk.service.sql.StatementResponse;
import com.databricks.sdk.service.sql.StatementState;
import io.boathouse.conformance.PackagedServer;

/** Workspace clients of the server under test, and what several tests ask them for. */
public final class Workspace {
  private Workspace() {}

  public static WorkspaceClient of(PackagedServer server) {
    return of(server, server.token());
  }

  static WorkspaceClient of(PackagedServer server, String token) {
    return new WorkspaceClient(
        new DatabricksConfig().setHost(server.url()).setToken(token).setAuthType("pat"));
  }

  /** Makes a catalog with a schema {@code s} in it. */
  public static void newCatalog(WorkspaceClient client, String name) {
    var unused = client.catalogs().create(new CreateCatalog().setName(name));
    var unusedSchema =
        client.schemas().create(new CreateSchema().setCatalogName(name).setName("s"));
  }

  /** Runs a statement that must succeed. */
  public static StatementResponse run(WorkspaceClient client, String sql) {
    StatementResponse reply = execute(client, sql);
    if (reply.getStatus().getState() != StatementState.SUCCEEDED) {
      throw new AssertionError(sql + ": " + reply.getStatus());
    }
    return reply;
  }

  static StatementResponse execute(WorkspaceClient client, String sql) {
    return client
        .statementExecution()
        .executeStatement(
            new ExecuteStatementRequest()
                .setWarehouseId(warehouse(client))
                .setStatement(sql)
                .setWaitTimeout("50s"));
  }

  static String warehouse(WorkspaceClient client) {
    for (EndpointInfo warehouse : client.warehouses().list(new ListWarehousesRequest())) {
      return warehouse.getId();
    }
    throw new AssertionError("no warehouse");
  }
}
