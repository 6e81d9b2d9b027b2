package io.boathouse.conformance.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.databricks.sdk.WorkspaceClient;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.databricks.Workspace;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads with another engine what our server wrote. */
@Conformance
class KernelReadTest {
  private static WorkspaceClient client;
  private static Engine engine;
  private static String path;

  @BeforeAll
  static void aTableWithTwoVersions(PackagedServer server) {
    client = Workspace.of(server);
    engine = DefaultEngine.create(new Configuration(false));
    Workspace.newCatalog(client, "kernel");
    var unused =
        Workspace.run(
            client,
            """
            CREATE TABLE kernel.s.t AS
            SELECT range AS id, 'name ' || range AS name, range / 8.0::DOUBLE AS share,
                   CASE WHEN range % 10 = 0 THEN NULL ELSE range % 2 = 0 END AS even
            FROM range(1000)
            """);
    unused =
        Workspace.run(
            client, "INSERT INTO kernel.s.t VALUES (5000, 'late \uD83D\uDEA3', 0.125, true)");
    path = location(server);
  }

  /** Where the table lies: its location, or else under the server's data directory. */
  private static String location(PackagedServer server) {
    String location = client.tables().get("kernel.s.t").getStorageLocation();
    if (location.contains(":/")) {
      return Path.of(URI.create(location)).toString();
    }
    return server.data().resolve("storage").resolve(location).toString();
  }

  private static SortedMap<Long, List<String>> rows(Snapshot snapshot) throws IOException {
    TreeMap<Long, List<String>> found = new TreeMap<>();
    Scan scan = snapshot.getScanBuilder().build();
    Row state = scan.getScanState(engine);
    StructType schema = ScanStateRow.getPhysicalDataReadSchema(state);
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
      while (files.hasNext()) {
        try (CloseableIterator<Row> file = files.next().getRows()) {
          while (file.hasNext()) {
            read(state, schema, file.next(), found);
          }
        }
      }
    }
    return found;
  }

  private static void read(
      Row state, StructType schema, Row file, SortedMap<Long, List<String>> found)
      throws IOException {
    FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
    CloseableIterator<ColumnarBatch> physical =
        engine
            .getParquetHandler()
            .readParquetFiles(Utils.singletonCloseableIterator(status), schema, Optional.empty())
            .map(result -> result.getData());
    try (CloseableIterator<FilteredColumnarBatch> batches =
        Scan.transformPhysicalData(engine, state, file, physical)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            Row row = rows.next();
            found.put(row.getLong(0), cells(row));
          }
        }
      }
    }
  }

  private static List<String> cells(Row row) {
    return List.of(
        row.isNullAt(1) ? "null" : row.getString(1),
        row.isNullAt(2) ? "null" : Double.toString(row.getDouble(2)),
        row.isNullAt(3) ? "null" : Boolean.toString(row.getBoolean(3)));
  }

  @Test
  void kernelReadsTheRowsThatSqlReturns() throws IOException {
    TreeMap<Long, List<String>> bySql = new TreeMap<>();
    var reply = Workspace.run(client, "SELECT id, name, share, even FROM kernel.s.t");
    for (var row : reply.getResult().getDataArray()) {
      List<String> cells = new ArrayList<>(row);
      bySql.put(
          Long.parseLong(cells.get(0)),
          List.of(
              cells.get(1),
              Double.toString(Double.parseDouble(cells.get(2))),
              String.valueOf(cells.get(3))));
    }
    Snapshot latest = TableManager.loadSnapshot(path).build(engine);
    assertThat(latest.getVersion()).isEqualTo(1);
    assertThat(latest.getSchema().fieldNames()).containsExactly("id", "name", "share", "even");
    assertThat(bySql).hasSize(1001);
    assertThat(rows(latest)).isEqualTo(bySql);
  }

  @Test
  void kernelReadsTheFirstVersionAsItWas() throws IOException {
    Snapshot first = TableManager.loadSnapshot(path).atVersion(0).build(engine);
    assertThat(rows(first)).hasSize(1000).doesNotContainKey(5000L);
  }
}
