package io.boathouse.featurestore.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.featurestore.online.OnlineTable.OnlineColumn;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every online store does. */
abstract class OnlineStoreContract {
  static final OnlineTable TABLE =
      new OnlineTable(
          UUID.fromString("11111111-2222-3333-4444-555555555555"),
          List.of(
              new OnlineColumn("origin", ValueType.STRING),
              new OnlineColumn("number", ValueType.LONG)),
          List.of(
              new OnlineColumn("share", ValueType.DOUBLE),
              new OnlineColumn("flights", ValueType.LONG),
              new OnlineColumn("city", ValueType.STRING),
              new OnlineColumn("open", ValueType.BOOLEAN),
              new OnlineColumn("seen", ValueType.TIMESTAMP)));
  private static final int[] ALL = {0, 1, 2, 3, 4};

  OnlineStore store;

  /** Opens the store over what an earlier one left. */
  abstract OnlineStore open();

  /** How often rows are written while others read; at least twelve. */
  int rounds() {
    return 300;
  }

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void valuesComeBackAsTheyWereStoredWithAStatusEach() {
    double odd = Double.longBitsToDouble(0x3fb999999999999bL);
    Instant seen = Instant.parse("2001-06-30T23:59:59.000001Z");
    long kept =
        store.write(
            TABLE,
            List.of(
                row("ORD", 1, 10, odd, 1L << 60, "Zürich ✈", true, seen),
                row("ORD", 2, 10, null, null, null, null, null)));
    FeatureBlock block = lookup(List.of("ORD", 1L), List.of("ORD", 2L), List.of("JFK", 1L));
    assertThat(kept).isEqualTo(2);
    assertThat(Double.doubleToRawLongBits(block.doubleValue(0, 0))).isEqualTo(0x3fb999999999999bL);
    assertThat(values(block, 0)).containsExactly(odd, 1L << 60, "Zürich ✈", true, seen);
    assertThat(block.eventMicros(0)).isEqualTo(10);
    for (int column = 0; column < 5; column++) {
      assertThat(block.status(0, column)).isEqualTo(CellStatus.PRESENT);
      assertThat(block.status(1, column)).isEqualTo(CellStatus.NULL);
      assertThat(block.status(2, column)).isEqualTo(CellStatus.NOT_FOUND);
    }
    assertThat(block.value(1, 2)).isNull();
    assertThat(block.doubleValue(2, 0)).isNaN();
  }

  @Test
  void newestRowOfAKeyStaysWhateverTheOrder() {
    store.write(TABLE, List.of(row("ORD", 1, 20, 0.2), row("ORD", 1, 10, 0.1)));
    assertThat(store.write(TABLE, List.of(row("ORD", 1, 15, 0.15)))).isZero();
    assertThat(lookup(List.of("ORD", 1L)).value(0, 0)).isEqualTo(0.2);
    assertThat(store.write(TABLE, List.of(row("ORD", 1, 20, 0.25)))).isEqualTo(1);
    assertThat(lookup(List.of("ORD", 1L)).value(0, 0)).isEqualTo(0.25);
  }

  @Test
  void columnsOfTheLookupAreThoseAskedForInThatOrder() {
    store.write(TABLE, List.of(row("ORD", 1, 10, 0.5, 7L, "x", true, Instant.EPOCH)));
    FeatureBlock block = await(store.lookup(TABLE, List.of(List.of("ORD", 1L)), new int[] {2, 0}));
    assertThat(values(block, 0)).containsExactly("x", 0.5);
  }

  @Test
  void randomWritesAgreeWithAMapAndSurviveReopening() {
    long seed = 42;
    Random random = new Random(seed);
    Map<List<Object>, OnlineRow> oracle = new HashMap<>();
    for (int batch = 0; batch < 60; batch++) {
      List<OnlineRow> rows = new ArrayList<>();
      for (int i = 0; i < random.nextInt(200); i++) {
        OnlineRow row =
            row(
                "A" + random.nextInt(40),
                random.nextInt(20),
                random.nextInt(1000),
                random.nextInt(5) == 0 ? null : random.nextDouble());
        rows.add(row);
        oracle.merge(row.key(), row, (a, b) -> b.eventMicros() >= a.eventMicros() ? b : a);
      }
      long unused = store.write(TABLE, rows);
      if (batch % 20 == 19) {
        store.close();
        store = open();
      }
    }
    assertThat(store.statistics(TABLE).rows()).as("seed %d", seed).isEqualTo(oracle.size());
    oracle.forEach(
        (key, row) -> {
          FeatureBlock block = lookup(key);
          assertThat(block.value(0, 0)).as("seed %d %s", seed, key).isEqualTo(row.values().get(0));
          assertThat(block.eventMicros(0)).isEqualTo(row.eventMicros());
        });
  }

  @Test
  void replaceLeavesNothingOfBefore() {
    store.write(TABLE, List.of(row("ORD", 1, 10, 0.1), row("ORD", 2, 10, 0.1)));
    assertThat(store.replace(TABLE, List.of(row("ORD", 2, 5, 0.9)).iterator())).isEqualTo(1);
    FeatureBlock block = lookup(List.of("ORD", 1L), List.of("ORD", 2L));
    assertThat(block.status(0, 0)).isEqualTo(CellStatus.NOT_FOUND);
    assertThat(block.value(1, 0)).isEqualTo(0.9);
  }

  @Test
  void readersSeeOldOrNewWhileRowsAreReplacedAndWritten() throws InterruptedException {
    store.write(TABLE, List.of(row("K", 0, 0, 0.0)));
    AtomicBoolean done = new AtomicBoolean();
    List<Throwable> failures = new ArrayList<>();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    double last = 0;
                    while (!done.get()) {
                      double now = lookup(List.of("K", 0L)).doubleValue(0, 0);
                      assertThat(now).isGreaterThanOrEqualTo(last);
                      last = now;
                    }
                  } catch (Throwable t) {
                    failures.add(t);
                  }
                });
    for (int i = 1; i <= rounds(); i++) {
      List<OnlineRow> rows = new ArrayList<>(List.of(row("K", 0, i, (double) i)));
      for (int other = 0; other < 20; other++) {
        rows.add(row("other" + i, other, i, 0.0));
      }
      if (i % (rounds() / 6) == 0) {
        store.replace(TABLE, rows.iterator());
      } else {
        long unused = store.write(TABLE, rows);
      }
    }
    done.set(true);
    reader.join();
    assertThat(failures).isEmpty();
    assertThat(lookup(List.of("K", 0L)).value(0, 0)).isEqualTo((double) rounds());
  }

  @Test
  void rowsAreTakenBackUpToATimeAndOthersPutInTheirPlace() {
    store.write(TABLE, List.of(row("A", 1, 20, 0.2), row("A", 2, 20, 0.2), row("A", 3, 30, 0.3)));
    List<OnlineChange> changes =
        List.of(
            new OnlineChange(List.of("A", 1L), 20, 20, Optional.of(row("A", 1, 10, 0.1))),
            new OnlineChange(List.of("A", 2L), 20, 20, Optional.empty()),
            new OnlineChange(List.of("A", 3L), 20, 20, Optional.of(row("A", 3, 10, 0.1))),
            new OnlineChange(List.of("A", 4L), 20, 20, Optional.of(row("A", 4, 10, 0.4))));
    for (int time = 0; time < 2; time++) {
      store.amend(TABLE, changes);
      FeatureBlock block =
          lookup(List.of("A", 1L), List.of("A", 2L), List.of("A", 3L), List.of("A", 4L));
      assertThat(block.value(0, 0)).isEqualTo(0.1);
      assertThat(block.status(1, 0)).isEqualTo(CellStatus.NOT_FOUND);
      assertThat(block.value(2, 0)).isEqualTo(0.3);
      assertThat(block.value(3, 0)).isEqualTo(0.4);
      assertThat(store.statistics(TABLE).rows()).isEqualTo(3);
      store.close();
      store = open();
    }
    assertThat(store.write(TABLE, List.of(row("A", 2, 5, 0.5)))).isEqualTo(1);
    assertThat(lookup(List.of("A", 2L)).value(0, 0)).isEqualTo(0.5);
  }

  @Test
  void oldRowsAreRemovedAndCounted() {
    assertThat(store.expire(TABLE, 15)).isZero();
    store.write(TABLE, List.of(row("A", 1, 10, 0.1), row("A", 2, 15, 0.2)));
    assertThat(store.expire(TABLE, 15)).isEqualTo(1);
    store.close();
    store = open();
    FeatureBlock block = lookup(List.of("A", 1L), List.of("A", 2L));
    assertThat(block.status(0, 0)).isEqualTo(CellStatus.NOT_FOUND);
    assertThat(block.value(1, 0)).isEqualTo(0.2);
    assertThat(store.statistics(TABLE).rows()).isEqualTo(1);
  }

  @Test
  void randomChangesAgreeWithAMapAndSurviveReopening() {
    long seed = 1_234;
    Random random = new Random(seed);
    Map<List<Object>, OnlineRow> oracle = new HashMap<>();
    for (int batch = 0; batch < 40; batch++) {
      List<OnlineRow> rows = new ArrayList<>();
      List<OnlineChange> changes = new ArrayList<>();
      for (long number : random.longs(30, 0, 60).distinct().toArray()) {
        List<Object> key = List.of("A", number);
        OnlineRow row = row("A", number, random.nextInt(100), random.nextDouble());
        if (random.nextBoolean()) {
          rows.add(row);
        } else {
          long upTo = random.nextInt(100);
          if (oracle.containsKey(key) && oracle.get(key).eventMicros() <= upTo) {
            oracle.remove(key);
          }
          Optional<OnlineRow> other = random.nextBoolean() ? Optional.of(row) : Optional.empty();
          changes.add(new OnlineChange(key, upTo, upTo, other));
          if (other.isEmpty()) {
            continue;
          }
        }
        oracle.merge(key, row, (a, b) -> b.eventMicros() >= a.eventMicros() ? b : a);
      }
      long unused = store.write(TABLE, rows);
      store.amend(TABLE, changes);
      if (batch % 20 == 19) {
        store.close();
        store = open();
      }
    }
    assertThat(store.statistics(TABLE).rows()).as("seed %d", seed).isEqualTo(oracle.size());
    for (long number = 0; number < 60; number++) {
      OnlineRow expected = oracle.get(List.<Object>of("A", number));
      assertThat(lookup(List.of("A", number)).value(0, 0))
          .as("seed %d key %d", seed, number)
          .isEqualTo(expected == null ? null : expected.values().getFirst());
    }
  }

  @Test
  void thousandsOfKeysAreAnsweredInTheirOrder() {
    List<OnlineRow> rows = new ArrayList<>();
    List<List<Object>> keys = new ArrayList<>();
    for (long number = 0; number < 3_500; number++) {
      keys.add(List.of("M", number));
      if (number % 3 != 0) {
        rows.add(row("M", number, 1, (double) number));
      }
    }
    assertThat(store.replace(TABLE, rows.iterator())).isEqualTo(rows.size());
    FeatureBlock block = await(store.lookup(TABLE, keys, new int[] {0}));
    for (int row = 0; row < keys.size(); row++) {
      assertThat(block.value(row, 0)).isEqualTo(row % 3 == 0 ? null : (Object) (double) row);
    }
  }

  @Test
  void wrongTypeAndWidthNameTheColumnAndLeaveNothing() {
    assertThatThrownBy(
            () -> store.write(TABLE, List.of(row("A", 1, 1, 0.1), row("ORD", 1, 1, "late"))))
        .isInstanceOfSatisfying(
            LakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.details())
                  .containsEntry("field", "share")
                  .containsEntry("value", "late");
            });
    assertThatThrownBy(
            () -> store.write(TABLE, List.of(new OnlineRow(List.of("A"), 1, 1, List.of()))))
        .isInstanceOf(LakeException.class);
    assertThat(store.statistics(TABLE).rows()).isZero();
  }

  @Test
  void unpublishedTableIsAnErrorAndNotAnEmptyAnswer() {
    assertThatThrownBy(() -> lookup(List.of("A", 1L)))
        .isInstanceOfSatisfying(
            LakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    assertThat(store.warm(TABLE)).isFalse();
    store.write(TABLE, List.of(row("A", 1, 1, 0.1)));
    store.drop(TABLE.id());
    assertThatThrownBy(() -> lookup(List.of("A", 1L))).isInstanceOf(LakeException.class);
    assertThat(store.tables()).doesNotContain(TABLE.id());
  }

  FeatureBlock lookup(Object... keys) {
    @SuppressWarnings("unchecked")
    List<List<Object>> list = (List<List<Object>>) (List<?>) Arrays.asList(keys);
    return await(store.lookup(TABLE, list, ALL));
  }

  static FeatureBlock await(Future<FeatureBlock> answer) {
    try {
      return answer.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  static OnlineRow row(String origin, long number, long event, @Nullable Object... values) {
    List<@Nullable Object> all = new ArrayList<>(Arrays.asList(values));
    while (all.size() < 5) {
      all.add(null);
    }
    return new OnlineRow(List.of(origin, number), event, event, all);
  }

  private static List<@Nullable Object> values(FeatureBlock block, int row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int column = 0; column < block.columns(); column++) {
      values.add(block.value(row, column));
    }
    return values;
  }
}
