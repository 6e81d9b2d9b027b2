package io.boathouse.table.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.audit.AuditOutbox;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit as a governed table: every record once, whoever writes and whatever fails between. */
class FeedWriterTest {
  private static final FullName AUDIT = FullName.of("system", "access", "audit");

  @TempDir private Path folder;

  private GovernedTables tables;
  private Caller writer;
  private AuditOutbox outbox;

  @BeforeEach
  void open() throws Exception {
    tables = new GovernedTables(folder);
    writer = tables.catalog().systemCallers().system("system-tables");
    outbox = tables.catalog().auditOutbox();
  }

  @AfterEach
  void close() {
    tables.close();
  }

  private FeedWriter start() {
    return new FeedWriter(
        new FeedTables(
            new FeedTables.Governance(
                tables.catalog().namespaces(),
                tables.catalog().relations(),
                tables.catalog().functions(),
                tables.catalog().policies(),
                tables.catalog().grants()),
            tables.module().tables()),
        writer,
        List.of(new AuditFeed(outbox)),
        new SimpleMeterRegistry());
  }

  private List<String> column(String select) {
    Caller administrator = tables.administrator();
    Snapshot snapshot = tables.module().reader().snapshot(administrator, AUDIT, At.latest());
    DuckAccess access =
        DuckAccess.reading(tables.module().reader().directories(snapshot)).withThreads(1);
    try (DuckSession session = tables.duckDb().open(access)) {
      tables.module().reader().bind(session, "audit", snapshot);
      return session.query(select, row -> String.valueOf(row.getObject(1)));
    }
  }

  /** As after an upgrade, with the columns of the server before. */
  @Test
  void aTableOfAnOlderServerGetsTheColumnsThatCameSince() {
    try (FeedWriter first = start()) {
      first.flush();
    }
    tables.module().tables().purge(writer, AUDIT);
    TableSchema schema = new AuditFeed(outbox).schema();
    List<Column> older = schema.columns().subList(0, schema.columns().size() - 2);
    Object unused =
        tables
            .module()
            .tables()
            .create(
                writer,
                new NewTable(
                    AUDIT,
                    TableSchema.of(older.toArray(Column[]::new)),
                    List.of(),
                    Map.of(),
                    Optional.empty()));
    try (FeedWriter second = start()) {
      Caller unusedBob = tables.user("bob", Privilege.CREATE_TABLE);
      second.flush();
      String newest = schema.columns().get(older.size()).name();
      assertThat(column("SELECT count(" + newest + ") > 0 FROM audit")).containsExactly("true");
    }
  }

  @Test
  void whatWasDoneIsInTheTableOnceWithItsParameters() {
    Caller ann = tables.user("ann", Privilege.CREATE_TABLE);
    try (FeedWriter feeds = start()) {
      feeds.flush();
      feeds.flush();
      assertThat(
              column(
                  "SELECT request_params['privileges'] FROM audit WHERE action_name = 'GRANT'"
                      + " AND securable_name = 'main.default'"))
          .containsExactly("CREATE_TABLE");
      assertThat(column("SELECT count(*) - count(DISTINCT event_id) FROM audit"))
          .containsExactly("0");
      assertThat(column("SELECT DISTINCT principal FROM audit WHERE action_name = 'WRITE_TABLE'"))
          .isEmpty();
      int before = Integer.parseInt(column("SELECT count(*) FROM audit").getFirst());
      tables.grant(SecurableType.CATALOG, FullName.of("main"), ann.principal(), Privilege.BROWSE);
      feeds.flush();
      assertThat(column("SELECT count(*) FROM audit")).containsExactly("" + (before + 1));
    }
  }

  /** Fails when the number of the batch does not ride in the commit of its rows. */
  @Test
  void aBatchWhoseWriterDiedIsWrittenOnceByTheNext() {
    FeedWriter dead = start();
    dead.flush();
    dead.close();
    Caller unused = tables.user("ann", Privilege.CREATE_TABLE);
    long last =
        tables.module().tables().lastTransaction(writer, AUDIT, AUDIT.toString()).orElseThrow();
    Optional<AuditOutbox.Batch> taken = outbox.next(last, 2);
    assertThat(taken.orElseThrow().records()).hasSize(2);
    try (FeedWriter one = start();
        FeedWriter other = start()) {
      one.flush();
      other.flush();
      List<String> ids =
          taken.get().records().stream().map(record -> Long.toString(record.id())).toList();
      assertThat(
              column(
                  "SELECT event_id FROM audit WHERE event_id IN (%s)"
                      .formatted(String.join(",", ids))))
          .containsExactlyInAnyOrderElementsOf(ids);
      assertThat(column("SELECT count(*) - count(DISTINCT event_id) FROM audit"))
          .containsExactly("0");
    }
  }
}
