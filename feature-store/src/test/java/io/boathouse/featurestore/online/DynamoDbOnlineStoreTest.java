package io.boathouse.featurestore.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DynamoDbOnlineStoreTest extends OnlineStoreContract {
  private static TestDynamoDb dynamo;

  @BeforeAll
  static void start() {
    dynamo = new TestDynamoDb();
  }

  @AfterAll
  static void stop() {
    if (dynamo != null) {
      dynamo.close();
    }
  }

  @Override
  OnlineStore open() {
    return DynamoDbOnlineStore.open(dynamo.config());
  }

  /** DynamoDB Local takes some milliseconds for each row. */
  @Override
  int rounds() {
    return 60;
  }

  @AfterEach
  void forget() {
    store.drop(TABLE.id());
  }

  @Test
  void serversSeeAtOnceWhatAnotherAcknowledged() {
    try (OnlineStore other = open()) {
      store.write(TABLE, List.of(row("A", 1, 1, 1.0)));
      assertThat(value(other, "A", 1)).isEqualTo(1.0);
      store.write(TABLE, List.of(row("A", 1, 2, 2.0)));
      assertThat(value(other, "A", 1)).isEqualTo(2.0);
      long unused = store.replace(TABLE, List.of(row("A", 1, 1, 3.0)).iterator());
      assertThat(value(other, "A", 1)).isEqualTo(3.0);
      long unusedKept = other.write(TABLE, List.of(row("A", 2, 1, 4.0)));
      assertThat(value(store, "A", 2)).as("into the new rows").isEqualTo(4.0);
      store.drop(TABLE.id());
      assertThatThrownBy(() -> value(other, "A", 1))
          .isInstanceOfSatisfying(
              LakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
      long unusedAgain = other.write(TABLE, List.of(row("A", 3, 1, 5.0)));
      assertThat(store.statistics(TABLE).rows()).as("nothing of before").isEqualTo(1);
    }
  }

  /** Fails where a lookup does not look again which generation counts. */
  @Test
  void lookupsOfHundredsOfKeysSeeOneStateWhileTheTableChangesOver() throws InterruptedException {
    List<List<Object>> keys = new ArrayList<>();
    for (long number = 0; number < 250; number++) {
      keys.add(List.of("G", number));
    }
    long unusedFirst = store.replace(TABLE, generation(0).iterator());
    AtomicBoolean done = new AtomicBoolean();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch reading = new CountDownLatch(20);
    try (OnlineStore other = open()) {
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (!done.get()) {
                        FeatureBlock block = await(other.lookup(TABLE, keys, new int[] {0}));
                        Object first = block.value(0, 0);
                        for (int row = 0; row < block.rows(); row++) {
                          assertThat(block.value(row, 0)).isNotNull().isEqualTo(first);
                        }
                        reading.countDown();
                      }
                    } catch (Throwable t) {
                      failures.add(t);
                      LongStream.range(0, 20).forEach(i -> reading.countDown());
                    }
                  });
      for (int i = 1; i <= 6 || reading.getCount() > 0; i++) {
        long unused = store.replace(TABLE, generation(i).iterator());
      }
      done.set(true);
      reader.join();
    }
    assertThat(failures).isEmpty();
    assertThat(store.statistics(TABLE).rows()).isEqualTo(250);
  }

  private static List<OnlineRow> generation(int i) {
    return LongStream.range(0, 250).mapToObj(n -> row("G", n, 1, (double) i)).toList();
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheLimit() {
    assertThatThrownBy(
            () -> store.write(TABLE, List.of(row("A", 1, 1, 1.0, 1L, "x".repeat(400_000)))))
        .isInstanceOfSatisfying(
            LakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.message()).contains("397952");
            });
    long unused = store.write(TABLE, List.of(row("A", 1, 1, 1.0, 1L, "x".repeat(390_000))));
    assertThat((String) lookup(List.of("A", 1L)).value(0, 2)).hasSize(390_000);
    assertThatThrownBy(() -> lookup(List.of("k".repeat(1_024), 1L)))
        .isInstanceOfSatisfying(
            LakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void aServerThatIsNotThereFailsTheStartWithoutTheKeys() {
    OnlineStoreConfig config = dynamo.config();
    OnlineStoreConfig wrong =
        new OnlineStoreConfig(
            config.store(),
            Optional.of("http://127.0.0.1:1"),
            config.user(),
            config.password(),
            config.region(),
            config.deadline(),
            config.connections());
    assertThatThrownBy(() -> DynamoDbOnlineStore.open(wrong))
        .isInstanceOfSatisfying(
            LakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(e.message() + e.getCause()).doesNotContain("only-for-tests");
            });
    assertThat(wrong.toString()).doesNotContain("only-for-tests");
  }

  private static double value(OnlineStore where, String origin, long number) {
    return await(where.lookup(TABLE, List.of(List.of(origin, number)), new int[] {0}))
        .doubleValue(0, 0);
  }
}
