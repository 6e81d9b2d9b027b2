package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.service.sql.CancelExecutionRequest;
import com.databricks.sdk.service.sql.ColumnInfo;
import com.databricks.sdk.service.sql.CreateWarehouseRequest;
import com.databricks.sdk.service.sql.EditWarehouseRequest;
import com.databricks.sdk.service.sql.EndpointInfo;
import com.databricks.sdk.service.sql.ExecuteStatementRequest;
import com.databricks.sdk.service.sql.ExecuteStatementRequestOnWaitTimeout;
import com.databricks.sdk.service.sql.ListQueryHistoryRequest;
import com.databricks.sdk.service.sql.ListWarehousesRequest;
import com.databricks.sdk.service.sql.QueryInfo;
import com.databricks.sdk.service.sql.ResultData;
import com.databricks.sdk.service.sql.StartRequest;
import com.databricks.sdk.service.sql.State;
import com.databricks.sdk.service.sql.StatementParameterListItem;
import com.databricks.sdk.service.sql.StatementResponse;
import com.databricks.sdk.service.sql.StatementState;
import com.databricks.sdk.service.sql.StopRequest;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Statements, their warehouses and their history. */
@Conformance
class StatementsTest {
  private static WorkspaceClient client;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    Workspace.newCatalog(client, "dbx_sql");
    var unused =
        Workspace.run(
            client,
            """
            CREATE TABLE dbx_sql.s.boats AS
            SELECT * FROM (VALUES (1, 'skiff', 1.5), (2, 'four', NULL), (3, 'eight', 12.25))
            AS t(id, name, length)
            """);
  }

  private static Collection<Collection<String>> rows(StatementResponse reply) {
    return reply.getResult().getDataArray();
  }

  @Test
  void aSelectGivesItsRowsAndTheirTypes() {
    StatementResponse reply =
        Workspace.run(client, "SELECT id, name, length FROM dbx_sql.s.boats ORDER BY id");
    assertThat(reply.getManifest().getSchema().getColumns())
        .extracting(ColumnInfo::getName)
        .containsExactly("id", "name", "length");
    assertThat(reply.getManifest().getTotalRowCount()).isEqualTo(3);
    assertThat(List.copyOf(rows(reply)).get(0)).containsExactly("1", "skiff", "1.50");
    assertThat(List.copyOf(rows(reply)).get(1)).containsExactly("2", "four", null);
  }

  @Test
  void namedParametersAreValuesOnly() {
    StatementResponse reply =
        client
            .statementExecution()
            .executeStatement(
                new ExecuteStatementRequest()
                    .setWarehouseId(Workspace.warehouse(client))
                    .setCatalog("dbx_sql")
                    .setSchema("s")
                    .setStatement("SELECT count(*) FROM boats WHERE name = :name")
                    .setParameters(
                        List.of(
                            new StatementParameterListItem()
                                .setName("name")
                                .setType("STRING")
                                .setValue("x' OR '1'='1"))));
    assertThat(rows(reply)).containsExactly(List.of("0"));
  }

  @Test
  void insertsShowAtOnceAndDroppedTablesAreGone() {
    var unused = Workspace.run(client, "CREATE TABLE dbx_sql.s.t (a BIGINT, b STRING)");
    unused = Workspace.run(client, "INSERT INTO dbx_sql.s.t SELECT id, name FROM dbx_sql.s.boats");
    assertThat(rows(Workspace.run(client, "SELECT sum(a) FROM dbx_sql.s.t")))
        .containsExactly(List.of("6"));
    assertThat(client.tables().get("dbx_sql.s.t").getColumns()).hasSize(2);
    unused = Workspace.run(client, "DROP TABLE dbx_sql.s.t");
    assertThatThrownBy(() -> client.tables().get("dbx_sql.s.t")).isInstanceOf(NotFound.class);
  }

  @Test
  void aStatementIsFetchedAgainByItsIdAndByItsChunks() {
    StatementResponse first = Workspace.run(client, "SELECT * FROM range(10)");
    StatementResponse again = client.statementExecution().getStatement(first.getStatementId());
    assertThat(rows(again)).hasSize(10);
    ResultData chunk =
        client.statementExecution().getStatementResultChunkN(first.getStatementId(), 0);
    assertThat(chunk.getDataArray()).hasSize(10);
  }

  @Test
  void aMistakeIsAFailedStatementThatNamesIt() {
    StatementResponse reply = Workspace.execute(client, "SELECT nothere FROM dbx_sql.s.boats");
    assertThat(reply.getStatus().getState()).isEqualTo(StatementState.FAILED);
    assertThat(reply.getStatus().getError().getMessage()).contains("nothere");
    assertThat(reply.getResult()).isNull();
  }

  @Test
  void aLongStatementIsCancelled() {
    StatementResponse started =
        client
            .statementExecution()
            .executeStatement(
                new ExecuteStatementRequest()
                    .setWarehouseId(Workspace.warehouse(client))
                    .setStatement(
                        "SELECT count(*) FROM range(10000000) a, range(100000) b"
                            + " WHERE a.range % 7 = b.range % 11")
                    .setWaitTimeout("0s")
                    .setOnWaitTimeout(ExecuteStatementRequestOnWaitTimeout.CONTINUE));
    assertThat(started.getStatus().getState()).isIn(StatementState.PENDING, StatementState.RUNNING);
    client
        .statementExecution()
        .cancelExecution(new CancelExecutionRequest().setStatementId(started.getStatementId()));
    StatementState state = StatementState.RUNNING;
    for (int i = 0; i < 200 && state != StatementState.CANCELED; i++) {
      state =
          client.statementExecution().getStatement(started.getStatementId()).getStatus().getState();
    }
    assertThat(state).isEqualTo(StatementState.CANCELED);
  }

  @Test
  void aStrangerIsDeniedAndSeesNoRow(PackagedServer server) {
    WorkspaceClient stranger =
        Workspace.of(server, new Users(new Http(server)).token("dbx-sql-stranger"));
    StatementResponse reply =
        stranger
            .statementExecution()
            .executeStatement(
                new ExecuteStatementRequest()
                    .setWarehouseId(Workspace.warehouse(client))
                    .setStatement("SELECT * FROM dbx_sql.s.boats"));
    assertThat(reply.getStatus().getState()).isEqualTo(StatementState.FAILED);
    assertThat(reply.getStatus().toString()).doesNotContain("skiff");
  }

  @Test
  void whatWasAskedStandsInTheHistory() {
    var unused = Workspace.run(client, "SELECT 'found in the history'");
    assertThat(
            client.queryHistory().list(new ListQueryHistoryRequest().setMaxResults(100L)).getRes())
        .extracting(QueryInfo::getQueryText)
        .contains("SELECT 'found in the history'");
  }

  @Test
  void theDefaultWarehouseIsThereAndRuns() throws TimeoutException {
    String id = Workspace.warehouse(client);
    assertThat(client.warehouses().get(id).getState()).isEqualTo(State.RUNNING);
    assertThat(client.warehouses().start(new StartRequest().setId(id)).get().getId()).isEqualTo(id);
  }

  @Test
  void aWarehouseIsMadeStoppedStartedAndDeleted() throws TimeoutException {
    String id =
        client
            .warehouses()
            .create(
                new CreateWarehouseRequest()
                    .setName("small one")
                    .setClusterSize("2X-Small")
                    .setMaxNumClusters(1L)
                    .setAutoStopMins(10L))
            .getResponse()
            .getId();
    client
        .warehouses()
        .edit(
            new EditWarehouseRequest()
                .setId(id)
                .setName("renamed")
                .setClusterSize("2X-Small")
                .setMaxNumClusters(1L)
                .setAutoStopMins(10L));
    assertThat(client.warehouses().get(id).getName()).isEqualTo("renamed");
    assertThat(client.warehouses().stop(new StopRequest().setId(id)).get().getId()).isEqualTo(id);
    assertThat(client.warehouses().start(new StartRequest().setId(id)).get().getId()).isEqualTo(id);
    client.warehouses().delete(id);
    assertThat(client.warehouses().list(new ListWarehousesRequest()))
        .extracting(EndpointInfo::getId)
        .doesNotContain(id);
  }
}
