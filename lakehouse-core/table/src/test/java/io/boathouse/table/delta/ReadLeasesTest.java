package io.boathouse.table.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.table.delta.ReadLeases.Hold;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is held ends by itself. */
class ReadLeasesTest {
  private static final Instant START = Instant.parse("2001-06-01T00:00:00Z");
  private static final UUID TABLE = new UUID(0, 1);

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final ReadLeases leases = new ReadLeases(now::get);

  @Test
  void aVersionIsHeldUntilTheLastOfItsReadersMustHaveEnded() {
    leases.hold(TABLE, 3);
    now.set(START.plusSeconds(60));
    leases.hold(TABLE, 3);
    leases.holdChanges(TABLE, 2);

    assertThat(leases.of(TABLE))
        .isEqualTo(
            Map.of(
                new Hold(3, false), START.plusSeconds(60).plus(ReadLeases.USUAL),
                new Hold(2, true), START.plusSeconds(60).plus(ReadLeases.USUAL)));
    assertThat(leases.of(new UUID(0, 2))).isEmpty();
    now.set(START.plus(ReadLeases.USUAL).plusSeconds(30));
    assertThat(leases.of(TABLE)).hasSize(2);
    now.set(START.plus(ReadLeases.USUAL).plusSeconds(61));
    assertThat(leases.of(TABLE)).isEmpty();
  }

  @Test
  void manyReadersOfManyVersionsHoldNoMoreThanSoManyHoldsAndAllOfThem() {
    for (int version = 0; version < 100_000; version++) {
      now.set(START.plusMillis(version * 100L));
      leases.hold(TABLE, version);
    }
    Map<Hold, Instant> held = leases.of(TABLE);

    assertThat(held).hasSizeLessThanOrEqualTo(1_000);
    for (long version = 30_000; version < 100_000; version += 997) {
      long read = version;
      Instant until = START.plusMillis(read * 100L).plus(ReadLeases.USUAL);
      assertThat(held.entrySet())
          .as("version %d", read)
          .anyMatch(
              hold ->
                  !hold.getValue().isBefore(until)
                      && (hold.getKey().changes()
                          ? hold.getKey().version() <= read
                          : hold.getKey().version() == read));
    }
    now.set(START.plusSeconds(10_000).plus(ReadLeases.USUAL));
    assertThat(leases.of(TABLE)).isEmpty();
  }

  @Test
  void anIssuedAddressIsHeldForAsLongAsItIsGood() {
    leases.hold(TABLE, new Hold(1, false), START.plusSeconds(10));
    leases.hold(TABLE, new Hold(1, false), START.plusSeconds(5));
    now.set(START.plusSeconds(9));

    assertThat(leases.of(TABLE)).containsOnlyKeys(new Hold(1, false));
  }
}
