package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.service.catalog.ColumnInfo;
import com.databricks.sdk.service.catalog.ColumnTypeName;
import com.databricks.sdk.service.catalog.CreateExternalLocation;
import com.databricks.sdk.service.catalog.CreateTableRequest;
import com.databricks.sdk.service.catalog.DataSourceFormat;
import com.databricks.sdk.service.catalog.ListTablesRequest;
import com.databricks.sdk.service.catalog.TableInfo;
import com.databricks.sdk.service.catalog.TableType;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class TablesTest {
  private static WorkspaceClient client;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    Workspace.newCatalog(client, "dbx_tables");
  }

  @Test
  void aTableMadeBySqlIsFoundListedAndDeleted() {
    var unused =
        Workspace.run(
            client,
            "CREATE TABLE dbx_tables.s.made AS SELECT 1::BIGINT AS id, now() AS at, true AS yes");
    TableInfo found = client.tables().get("dbx_tables.s.made");
    assertThat(found.getTableType()).isEqualTo(TableType.MANAGED);
    assertThat(found.getDataSourceFormat()).isEqualTo(DataSourceFormat.DELTA);
    assertThat(found.getColumns())
        .extracting(ColumnInfo::getTypeName)
        .containsExactly(ColumnTypeName.LONG, ColumnTypeName.TIMESTAMP, ColumnTypeName.BOOLEAN);
    assertThat(client.tables().exists("dbx_tables.s.made").getTableExists()).isTrue();
    assertThat(
            client
                .tables()
                .list(
                    new ListTablesRequest()
                        .setCatalogName("dbx_tables")
                        .setSchemaName("s")
                        .setMaxResults(1L)))
        .extracting(TableInfo::getName)
        .contains("made");
    client.tables().delete("dbx_tables.s.made");
    assertThat(client.tables().exists("dbx_tables.s.made").getTableExists()).isFalse();
  }

  @Test
  void anExternalTableIsRegisteredWhereItLies(PackagedServer server) throws IOException {
    String folder = server.newFolder("outside").toUri().toString();
    String location = folder + "lake";
    var unusedPlace =
        client
            .externalLocations()
            .create(new CreateExternalLocation().setName("dbx_outside").setUrl(folder));
    TableInfo made =
        client
            .tables()
            .create(
                new CreateTableRequest()
                    .setCatalogName("dbx_tables")
                    .setSchemaName("s")
                    .setName("outside")
                    .setTableType(TableType.EXTERNAL)
                    .setDataSourceFormat(DataSourceFormat.DELTA)
                    .setStorageLocation(location)
                    .setColumns(
                        List.of(
                            new ColumnInfo()
                                .setName("id")
                                .setTypeText("int")
                                .setTypeName(ColumnTypeName.INT)
                                .setTypeJson(
                                    "{\"name\":\"id\",\"type\":\"integer\",\"nullable\":true,"
                                        + "\"metadata\":{}}")
                                .setPosition(0L)
                                .setNullable(true))));
    assertThat(made.getTableId()).isNotEmpty();
    assertThat(client.tables().get("dbx_tables.s.outside").getStorageLocation()).contains("/lake");
  }
}
