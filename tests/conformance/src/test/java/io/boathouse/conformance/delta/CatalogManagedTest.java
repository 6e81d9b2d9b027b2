package io.boathouse.conformance.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.databricks.sdk.WorkspaceClient;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.databricks.Workspace;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.storage.commit.Commit;
import io.delta.storage.commit.CommitFailedException;
import io.delta.storage.commit.GetCommitsResponse;
import io.delta.storage.commit.uccommitcoordinator.UCClient;
import io.delta.storage.commit.uccommitcoordinator.UCDeltaClient;
import io.delta.storage.commit.uccommitcoordinator.UCDeltaModels;
import io.delta.storage.commit.uccommitcoordinator.UCDeltaTokenBasedRestClient;
import io.delta.storage.commit.uccommitcoordinator.UCTokenBasedRestClient;
import io.delta.storage.commit.uccommitcoordinator.exceptions.NoSuchTableException;
import io.delta.storage.commit.uccommitcoordinator.exceptions.UnsupportedTableFormatException;
import io.unitycatalog.client.ApiClientBuilder;
import io.unitycatalog.client.api.TablesApi;
import io.unitycatalog.client.auth.TokenProvider;
import io.unitycatalog.client.model.ColumnInfo;
import io.unitycatalog.client.model.CreateStagingTable;
import io.unitycatalog.client.model.CreateTable;
import io.unitycatalog.client.model.DataSourceFormat;
import io.unitycatalog.client.model.StagingTableInfo;
import io.unitycatalog.client.model.TableInfo;
import io.unitycatalog.client.model.TableType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Catalog-managed tables with Delta's own client of the catalog, the one that Delta Spark uses, and
 * Delta Kernel on top of it: they and our SQL write and read the same tables.
 */
@Conformance
class CatalogManagedTest {
  private static PackagedServer server;
  private static WorkspaceClient workspace;
  private static UCDeltaClient client;

  @BeforeAll
  static void open(PackagedServer packaged) {
    server = packaged;
    workspace = Workspace.of(server);
    client = newClient();
    Workspace.newCatalog(workspace, "managed");
  }

  private static UCDeltaClient newClient() {
    return new UCDeltaTokenBasedRestClient(
        Map.of("uri", server.url(), "token", server.token()), () -> new Configuration());
  }

  private static List<String> ids(String table) {
    var rows =
        Workspace.run(workspace, "SELECT id FROM managed.s." + table + " ORDER BY id")
            .getResult()
            .getDataArray();
    List<String> ids = new ArrayList<>();
    if (rows != null) {
      rows.forEach(row -> ids.add(row.iterator().next()));
    }
    return ids;
  }

  @Test
  void kernelCreatesAndFillsATableAndSqlGoesOn() throws IOException {
    ManagedTable table = ManagedTable.create(client, "both");
    assertThat(ids("both")).isEmpty();
    Snapshot first = ManagedTable.append(table.latest(), 1).getPostCommitSnapshot().orElseThrow();
    assertThat(ids("both")).containsExactly("1");
    assertThat(published(table, 1)).doesNotExist();
    var unused = Workspace.run(workspace, "INSERT INTO managed.s.both VALUES (2), (3)");
    assertThat(published(table, 1)).exists();
    Snapshot second = table.latest();
    assertThat(second.getVersion()).isEqualTo(2);
    assertThat(first.getVersion()).isEqualTo(1);
    var unusedDelete = Workspace.run(workspace, "DELETE FROM managed.s.both WHERE id = 2");
    Snapshot third = ManagedTable.append(table.latest(), 4).getPostCommitSnapshot().orElseThrow();
    assertThat(third.getVersion()).isEqualTo(4);
    assertThat(ids("both")).containsExactly("1", "3", "4");
    Snapshot all = third.publish(ManagedTable.ENGINE);
    assertThat(published(table, 4)).exists();
    assertThat(((SnapshotImpl) all).getVersion()).isEqualTo(4);
    assertThat(ids("both")).containsExactly("1", "3", "4");
  }

  @Test
  void unityCatalogsJavaClientMakesAManagedTableOfAStagingTable() throws Exception {
    TablesApi tables =
        new TablesApi(
            ApiClientBuilder.create()
                .uri(server.url())
                .tokenProvider(
                    TokenProvider.create(Map.of("type", "static", "token", server.token())))
                .build());
    StagingTableInfo staged =
        tables.createStagingTable(
            new CreateStagingTable().catalogName("managed").schemaName("s").name("staged"));
    var unused =
        TableManager.buildCreateTableTransaction(
                staged.getStagingLocation(), ManagedTable.SCHEMA, "test")
            .build(ManagedTable.ENGINE)
            .commit(ManagedTable.ENGINE, CloseableIterable.emptyIterable());
    TableInfo made =
        tables.createTable(
            new CreateTable()
                .catalogName("managed")
                .schemaName("s")
                .name("staged")
                .tableType(TableType.MANAGED)
                .dataSourceFormat(DataSourceFormat.DELTA)
                .storageLocation(staged.getStagingLocation())
                .columns(List.of()));
    assertThat(made.getTableId()).isEqualTo(staged.getId());
    assertThat(made.getColumns()).extracting(ColumnInfo::getName).containsExactly("id");
    var unusedInsert = Workspace.run(workspace, "INSERT INTO managed.s.staged VALUES (7)");
    assertThat(ids("staged")).containsExactly("7");
    assertThat(
            TableManager.loadSnapshot(staged.getStagingLocation())
                .build(ManagedTable.ENGINE)
                .getVersion())
        .isEqualTo(1);
  }

  private static Path published(ManagedTable table, long version) {
    return Path.of(URI.create(table.location()))
        .resolve("_delta_log/%020d.json".formatted(version));
  }

  @Test
  void theClientLoadsWhatSqlMade() throws IOException {
    var unused =
        Workspace.run(
            workspace,
            "CREATE TABLE managed.s.ours (id BIGINT) TBLPROPERTIES"
                + " ('delta.feature.catalogManaged' = 'supported')");
    UCDeltaModels.TableInfo info = client.loadTable(ManagedTable.identifier("ours"));
    assertThat(info.getTableType()).isEqualTo(UCDeltaModels.TableType.MANAGED);
    assertThat(info.getMetadata().getConfiguration())
        .containsEntry("io.unitycatalog.tableId", info.getTableId().toString())
        .containsEntry("delta.enableInCommitTimestamps", "true");
    assertThat(info.getMetadata().getSchemaString()).contains("\"id\"", "long");
    ManagedTable table =
        new ManagedTable(client, "ours", info.getTableId().toString(), info.getLocation());
    assertThat(ManagedTable.append(table.latest(), 8).getVersion()).isEqualTo(1);
    assertThat(ids("ours")).containsExactly("8");
    assertThat(client.getMetastoreId()).isNotEmpty();
    client.reportMetrics(
        table.id(),
        table.identifier(),
        new UCDeltaModels.CommitReport(
            1, 0, 100, 0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @Test
  void whatIsAbsentOrNoDeltaTableIsToldApart() throws IOException {
    assertThatThrownBy(() -> client.loadTable(ManagedTable.identifier("absent")))
        .isInstanceOf(NoSuchTableException.class);
    String place = server.newFolder("seen").toUri().toString();
    Http http = new Http(server);
    var location =
        http.send(
            "POST",
            "/api/2.1/unity-catalog/external-locations",
            "{\"name\":\"managed_seen\",\"url\":\"%s\"}".formatted(place));
    assertThat(location.statusCode()).isEqualTo(200);
    var csv =
        http.send(
            "POST",
            "/api/2.1/unity-catalog/tables",
            """
            {"name":"seen","catalog_name":"managed","schema_name":"s","table_type":"EXTERNAL",
             "data_source_format":"CSV","storage_location":"%s","columns":[]}
            """
                .formatted(place));
    assertThat(csv.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> client.loadTable(ManagedTable.identifier("seen")))
        .isInstanceOf(UnsupportedTableFormatException.class);
  }

  @Test
  void ofTwoCommitsOfOneVersionTheSecondIsAConflictAndTheFirstMayBeSentAgain() throws Exception {
    ManagedTable table = ManagedTable.create(client, "conflicting");
    Snapshot base = table.latest();
    long unused = ManagedTable.append(base, 1).getVersion();
    assertThatThrownBy(() -> ManagedTable.append(base, 2))
        .isInstanceOfAny(ConcurrentWriteException.class, MaxCommitRetryLimitReachedException.class);
    Commit accepted = commits(client, table).getCommits().getFirst();
    commit(client, table, accepted, Optional.empty());
    assertThat(commits(client, table).getLatestTableVersion()).isEqualTo(1);
    Commit other = staged(table, 1, accepted.getCommitTimestamp() + 1);
    var conflict =
        catchThrowableOfType(
            CommitFailedException.class, () -> commit(client, table, other, Optional.empty()));
    assertThat(conflict.getConflict()).isTrue();
    assertThat(conflict.getRetryable()).isTrue();
    assertThat(ids("conflicting")).containsExactly("1");
  }

  @Test
  void clientsWhoRaceLoseNothing() throws Exception {
    ManagedTable table = ManagedTable.create(client, "raced");
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      long from = writer * 100L;
      writers.add(() -> append(table, newClient(), from));
    }
    int retries = 0;
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (Future<Integer> done : threads.invokeAll(writers)) {
        retries += done.get();
      }
    }
    assertThat(ids("raced")).hasSize(8);
    assertThat(table.latest().getVersion()).isEqualTo(8);
    assertThat(retries).isGreaterThanOrEqualTo(0);
  }

  /** Four rows, one a version; the number of times that the other was first. */
  private static int append(ManagedTable table, UCDeltaClient by, long from) throws IOException {
    int retries = 0;
    for (int row = 0; row < 4; ) {
      try {
        Snapshot after =
            ManagedTable.append(table.latest(by), from + row).getPostCommitSnapshot().orElseThrow();
        Snapshot unused = after.publish(ManagedTable.ENGINE);
        row++;
      } catch (ConcurrentWriteException | MaxCommitRetryLimitReachedException e) {
        retries++;
      }
    }
    return retries;
  }

  @Test
  void tenVersionsMayWaitForPublicationAndThatTheyArePublishedIsChecked() throws Exception {
    ManagedTable table = ManagedTable.create(client, "limited");
    Snapshot latest = table.latest();
    for (int i = 1; i <= 10; i++) {
      latest = ManagedTable.append(latest, i).getPostCommitSnapshot().orElseThrow();
    }
    Http http = new Http(server);
    String path = "/api/2.1/unity-catalog/delta/v1/catalogs/managed/schemas/s/tables/limited";
    Commit next = staged(table, 11, Long.MAX_VALUE - 1);
    var refused = http.send("POST", path, body(table, next));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("ResourceExhaustedException");
    client.commit(
        table.id(),
        URI.create(table.location()),
        table.identifier(),
        Optional.empty(),
        Optional.of(10L),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty());
    assertThat(commits(client, table).getCommits()).hasSize(10);
    Snapshot published = latest.publish(ManagedTable.ENGINE);
    assertThat(ManagedTable.append(published, 11).getVersion()).isEqualTo(11);
    assertThat(commits(client, table).getCommits()).hasSize(1);
    assertThat(ids("limited")).hasSize(11);
  }

  private static String body(ManagedTable table, Commit commit) {
    FileStatus file = commit.getFileStatus();
    return """
    {"requirements":[{"type":"assert-table-uuid","uuid":"%s"}],"updates":[
     {"action":"add-commit","commit":{"version":%d,"timestamp":%d,"file-name":"%s",
      "file-size":%d,"file-modification-timestamp":%d}}]}
    """
        .formatted(
            table.id(),
            commit.getVersion(),
            commit.getCommitTimestamp(),
            file.getPath().getName(),
            file.getLen(),
            file.getModificationTime());
  }

  @Test
  void theClientBeforeTheDeltaApiCommitsToTheSameTable() throws Exception {
    UCClient older =
        new UCTokenBasedRestClient(
            server.url(),
            TokenProvider.create(Map.of("type", "static", "token", server.token())),
            Map.of());
    ManagedTable table = ManagedTable.create(client, "older");
    long unused = ManagedTable.append(table.latest(), 1).getVersion();
    GetCommitsResponse seen = commits(older, table);
    assertThat(seen.getLatestTableVersion()).isEqualTo(1);
    long at = seen.getCommits().getFirst().getCommitTimestamp();
    Commit second = staged(table, 2, at + 1);
    commit(older, table, second, Optional.empty());
    commit(older, table, second, Optional.empty());
    assertThat(table.latest().getVersion()).isEqualTo(2);
    Commit loser = staged(table, 2, at + 1);
    assertThatThrownBy(() -> commit(older, table, loser, Optional.empty()))
        .isInstanceOf(CommitFailedException.class);
    Snapshot all = table.latest().publish(ManagedTable.ENGINE);
    commit(older, table, staged(table, 3, at + 2), Optional.of(all.getVersion()));
    assertThat(commits(older, table).getCommits())
        .extracting(Commit::getVersion)
        .containsExactly(3L);
  }

  private static GetCommitsResponse commits(UCClient by, ManagedTable table) throws Exception {
    GetCommitsResponse found =
        by.getCommits(
            table.id(),
            URI.create(table.location()),
            table.identifier(),
            Optional.empty(),
            Optional.empty());
    found.getCommits().sort(Comparator.comparingLong(Commit::getVersion));
    return found;
  }

  private static void commit(
      UCClient by, ManagedTable table, Commit commit, Optional<Long> published) throws Exception {
    by.commit(
        table.id(),
        URI.create(table.location()),
        table.identifier(),
        Optional.of(commit),
        published,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** A commit of no rows, staged by hand. */
  private static Commit staged(ManagedTable table, long version, long at) throws IOException {
    Path file =
        Path.of(URI.create(table.location()))
            .resolve("_delta_log/_staged_commits")
            .resolve("%020d.%s.json".formatted(version, UUID.randomUUID()));
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        ("{\"commitInfo\":{\"inCommitTimestamp\":%d,\"timestamp\":%d,\"engineInfo\":\"test\","
                + "\"operation\":\"WRITE\",\"operationParameters\":{},\"txnId\":\"%s\"}}\n")
            .formatted(at, at, UUID.randomUUID()));
    return new Commit(
        version,
        new FileStatus(
            Files.size(file), false, 0, 0, at, new org.apache.hadoop.fs.Path(file.toUri())),
        at);
  }
}
