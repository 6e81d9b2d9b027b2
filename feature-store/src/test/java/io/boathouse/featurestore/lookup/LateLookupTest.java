package io.boathouse.featurestore.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.featurestore.lookup.LookupPlan.Cell;
import io.boathouse.featurestore.lookup.LookupPlan.Step;
import io.boathouse.featurestore.online.CellStatus;
import io.boathouse.featurestore.online.EmbeddedOnlineStore;
import io.boathouse.featurestore.online.FeatureBlock;
import io.boathouse.featurestore.online.OnlineChange;
import io.boathouse.featurestore.online.OnlineLifetimes;
import io.boathouse.featurestore.online.OnlineRow;
import io.boathouse.featurestore.online.OnlineStore;
import io.boathouse.featurestore.online.OnlineTable;
import io.boathouse.featurestore.online.OnlineTable.OnlineColumn;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.InputColumn;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lookups in a store of which one table never answers. */
class LateLookupTest {
  private static final OnlineTable PROMPT = table("11111111-0000-0000-0000-000000000001");
  private static final OnlineTable SILENT = table("11111111-0000-0000-0000-000000000002");

  @TempDir Path folder;
  private EmbeddedOnlineStore embedded;
  private LookupPlan plan;

  @BeforeEach
  void open() {
    embedded = new EmbeddedOnlineStore(folder, 1 << 20);
    for (OnlineTable table : List.of(PROMPT, SILENT)) {
      long unused = embedded.write(table, List.of(new OnlineRow(List.of(1L), 1, 1, List.of(0.5))));
    }
    var store =
        new FeatureLookupService.Store(
            new Silenced(embedded),
            new OnlineLifetimes(InstantSource.system()),
            Duration.ofMillis(50));
    plan =
        new LookupPlan(
            store,
            new LookupPlan.Columns(
                List.of(new InputColumn("id", ValueType.LONG)),
                List.of(output("prompt", 0), output("silent", 1), output("filled", 1)),
                new Cell[] {new Cell(0, 0, null), new Cell(1, 0, null), new Cell(1, 0, -1.0)},
                -1,
                Optional.empty()),
            new Step[] {step(PROMPT), step(SILENT)});
  }

  @AfterEach
  void close() {
    embedded.close();
  }

  @Test
  void whatHasNotComeByTheDeadlineIsLateAndTheRestIsThere() {
    long began = System.nanoTime();
    AssembledRows rows = plan.assemble(List.of(Map.of("id", 1L)));
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(Duration.ofMillis(50), Duration.ofSeconds(10));
    assertThat(rows.status(0, 0)).isEqualTo(CellStatus.PRESENT);
    assertThat(rows.value(0, 0)).isEqualTo(0.5);
    assertThat(rows.status(0, 1)).isEqualTo(CellStatus.LATE);
    assertThat(rows.value(0, 1)).isNull();
    assertThat(rows.doubleValue(0, 1)).isNaN();
    assertThat(rows.status(0, 2)).isEqualTo(CellStatus.LATE);
    assertThat(rows.value(0, 2)).isEqualTo(-1.0);
  }

  @Test
  void anEventLoopIsNeverMadeToWait() {
    Vertx vertx = Vertx.vertx();
    try {
      Promise<AssembledRows> answer = Promise.promise();
      vertx.runOnContext(
          unused -> {
            try {
              answer.complete(plan.assemble(List.of(Map.of("id", 1L))));
            } catch (LakeException e) {
              answer.fail(e);
            }
          });
      assertThatThrownBy(
              () ->
                  answer
                      .future()
                      .toCompletionStage()
                      .toCompletableFuture()
                      .get(9, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              LakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    } finally {
      var unused = vertx.close();
    }
  }

  private static OnlineTable table(String id) {
    return new OnlineTable(
        UUID.fromString(id),
        List.of(new OnlineColumn("id", ValueType.LONG)),
        List.of(new OnlineColumn("share", ValueType.DOUBLE)));
  }

  private static OutputColumn output(String name, int lookup) {
    return new OutputColumn(
        name, ValueType.DOUBLE, new OutputColumn.Source.Looked(lookup, "share", Optional.empty()));
  }

  private static Step step(OnlineTable table) {
    return new Step(table, new int[] {0}, new int[] {0}, -1);
  }

  /** A real store whose second table is asked and never answers. */
  private record Silenced(OnlineStore store) implements OnlineStore {
    @Override
    public Future<FeatureBlock> lookup(OnlineTable table, List<List<Object>> keys, int[] features) {
      return table.equals(SILENT)
          ? Promise.<FeatureBlock>promise().future()
          : store.lookup(table, keys, features);
    }

    @Override
    public long write(OnlineTable table, List<OnlineRow> rows) {
      return store.write(table, rows);
    }

    @Override
    public void amend(OnlineTable table, List<OnlineChange> changes) {
      store.amend(table, changes);
    }

    @Override
    public long expire(OnlineTable table, long oldestEventMicros) {
      return store.expire(table, oldestEventMicros);
    }

    @Override
    public boolean warm(OnlineTable table) {
      return store.warm(table);
    }

    @Override
    public long replace(OnlineTable table, Iterator<OnlineRow> rows) {
      return store.replace(table, rows);
    }

    @Override
    public Set<UUID> tables() {
      return store.tables();
    }

    @Override
    public void drop(UUID table) {
      store.drop(table);
    }

    @Override
    public OnlineStatistics statistics(OnlineTable table) {
      return store.statistics(table);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
