package io.boathouse.table.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed at any moment; {@code -Dboathouse.crash.rounds} makes it longer. */
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("boathouse.crash.rounds", 6);
  private static final long SEED = Long.getLong("boathouse.crash.seed", System.nanoTime());
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()), Column.of("name", new DataType.StringType()));

  @TempDir Path temp;

  /** The defence is that LocalFileStore names a file only when it is whole and synced. */
  @Test
  void case71_afterAKillReadersSeeAWholeVersionAndNothingAcknowledgedIsLost() throws Exception {
    System.out.println("CrashTest: -Dboathouse.crash.seed=" + SEED);
    Random random = new Random(SEED);
    Path folder = temp.resolve("table");
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    table.create(
        SCHEMA,
        Map.of("delta.enableDeletionVectors", "true", "boathouse.deletionVectors.maxShare", "0.6"));
    for (int round = 0; round < ROUNDS; round++) {
      long acknowledged = runAndKill(folder, random.nextInt(400));
      LooseTable after = new LooseTable(new LocalFileStore(folder), temp);
      DeltaSnapshot now = after.log().latest();

      assertThat(now.version()).as("round %d", round).isGreaterThanOrEqualTo(acknowledged);
      List<String> batches =
          after.rows("SELECT name, count(*), sum(id) FROM t GROUP BY name, id // 1000000");
      assertThat(batches)
          .allSatisfy(batch -> assertThat(batch).matches("(probe|\\d+)\\|\\d+000\\|\\d+"));
      assertThat(after.count() % 1000).isZero();
      assertThat(after.append("SELECT 0 AS id, 'probe' AS name FROM range(1000)").version())
          .isEqualTo(now.version() + 1);
      try (Stream<Path> writing = Files.list(folder.resolve(".boathouse-writing"))) {
        assertThat(writing).isEmpty();
      }
    }
    assertThat(KernelReads.rows(folder)).hasSize((int) table.reopened().count());
  }

  /** Kills the child some milliseconds after its first commit. @return what it acknowledged last */
  private long runAndKill(Path folder, int millis) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                CrashChild.class.getName(),
                folder.toString(),
                temp.toString())
            .redirectError(temp.resolve("child.log").toFile())
            .start();
    long last = -1;
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("acknowledged ")) {
          if (last < 0) {
            boolean unused = child.waitFor(millis, TimeUnit.MILLISECONDS);
            boolean asked = child.toHandle().destroyForcibly();
            assertThat(asked).isTrue();
          }
          last = Long.parseLong(line.substring("acknowledged ".length()));
        }
      }
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(last).as(() -> childLog()).isNotNegative();
    return last;
  }

  private String childLog() {
    try {
      return Files.readString(temp.resolve("child.log"));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }
}
