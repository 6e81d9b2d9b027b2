package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.ChangeLog;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitHook;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.ReadLeases;
import io.boathouse.table.delta.Upkeep;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clock that goes ahead, back, into the far future, and counts in nanoseconds. */
class ClockJumpsTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()), Column.of("v", new DataType.LongType()));

  @TempDir Path temp;
  private final Instant start = InstantSource.system().instant();
  private final AtomicReference<Instant> now = new AtomicReference<>(start);

  private LooseTable table(String name) {
    LocalFileStore folder = new LocalFileStore(temp.resolve(name));
    return new LooseTable(folder, temp)
        .over(new DeltaLog(folder, now::get, CommitHook.NONE, Upkeep.AT_ONCE));
  }

  private List<Instant> jumps() {
    return List.of(
        start.plus(Duration.ofHours(1)),
        start,
        start.minus(Duration.ofHours(1)).plusNanos(123_456_789),
        start.minus(Duration.ofHours(1)).plusNanos(123_456_790),
        start.plus(Duration.ofHours(1)).plusNanos(1),
        Instant.EPOCH,
        Instant.parse("9999-12-31T23:59:59.999999999Z"),
        start);
  }

  /**
   * Kernel's commits take the machine's time, ours the given one: both rise over what was before.
   * Seen to fail without the maximum in LogWriter.head.
   */
  @Test
  void case70_versionsRiseAndAreFoundByTheirTimesWhateverTheClockSays() throws IOException {
    LooseTable table = table("jumping");
    Commit unused = table.create(SCHEMA, Map.of("delta.checkpointInterval", "5"));
    unused = table.append("SELECT 1 AS id, 0 AS v");
    for (Instant jump : jumps()) {
      now.set(jump);
      unused = table.update("v = v + 1", "id = 1");
      unused = table.append("SELECT 2 AS id, 0 AS v");
    }
    List<Commit> commits = table.log().history(100).reversed();
    LooseTable fresh = table.reopened();
    ChangeLog changes = new ChangeLog(fresh.log());

    assertThat(commits).hasSize(2 + 2 * jumps().size());
    for (Commit commit : commits) {
      long version = commit.version();
      assertThat(fresh.log().at(version).at()).isEqualTo(commit.at());
      for (DeltaLog log : List.of(table.log(), fresh.log())) {
        assertThat(log.at(commit.at()).version()).isEqualTo(version);
        assertThat(log.at(commit.at().plusNanos(999_999)).version()).isEqualTo(version);
        if (version > 0) {
          assertThat(log.at(commit.at().minusNanos(1)).version()).isEqualTo(version - 1);
        }
      }
      assertThat(changes.firstSince(commit.at())).hasValue(version);
      assertThat(changes.firstSince(commit.at().minusNanos(1))).hasValue(version);
    }
    assertThat(KernelReads.rows(temp.resolve("jumping"))).hasSize(9).contains("1|8");
  }

  /** The defence is Versions.millis: the earliest times do not fit into milliseconds. */
  @Test
  void case70_timesBeyondAllVersionsAreTheNewestOrNone() {
    LooseTable table = table("bounded");
    Commit unused = table.create(SCHEMA);
    unused = table.append("SELECT 1 AS id, 0 AS v");
    for (Instant late : List.of(end(9999), end(999_999_999), Instant.MAX)) {
      assertThat(table.log().at(late).version()).isEqualTo(1);
    }
    for (Instant early : List.of(Instant.EPOCH, end(-999_999_999), Instant.MIN)) {
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> table.log().at(early));
      assertThat(failure).as(early.toString()).isNotNull();
      assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    }
  }

  private static Instant end(int year) {
    return OffsetDateTime.of(year, 12, 31, 23, 59, 59, 999_999_999, ZoneOffset.UTC).toInstant();
  }

  /** Vacuums go by it. Seen to fail without the maximum in LogWriter.removedAt. */
  @Test
  void case70_aRemovalIsNeverOlderThanTheVersionThatItTakesFrom() throws IOException {
    LooseTable table = table("removing");
    Commit unused = table.create(SCHEMA);
    Commit filled = table.append("SELECT 1 AS id, 0 AS v");
    now.set(Instant.EPOCH);
    Commit emptied = table.delete("id = 1");
    String actions =
        Files.readString(
            temp.resolve("removing/_delta_log/%020d.json".formatted(emptied.version())));

    assertThat(actions).contains("\"deletionTimestamp\":" + filled.at().toEpochMilli());
  }

  /** The defence is ReadLeases.USUAL, which is longer than a statement and such a jump. */
  @Test
  void case70_aReadIsHeldOverAJumpOfAnHour() {
    ReadLeases leases = new ReadLeases(now::get);
    UUID id = new UUID(0, 1);
    leases.hold(id, 3);
    now.set(start.plus(Duration.ofHours(1)));
    assertThat(leases.of(id)).hasSize(1);
    now.set(start.minus(Duration.ofHours(1)));
    assertThat(leases.of(id)).hasSize(1);
    now.set(start.plus(ReadLeases.USUAL).plusNanos(1));
    assertThat(leases.of(id)).isEmpty();
  }
}
