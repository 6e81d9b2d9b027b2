package io.boathouse.table.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.CrashChild.Place;
import io.boathouse.table.write.RowOracle.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer that is killed at every named place of a commit and at any moment between them; {@code
 * -Dboathouse.crash.rounds} makes it longer, the profile {@code crash} has 200 rounds.
 */
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("boathouse.crash.rounds", 20);
  private static final long SEED = Long.getLong("boathouse.crash.seed", System.nanoTime());
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()),
          Column.of("v", new DataType.IntegerType()),
          Column.of("p", new DataType.StringType()));

  @TempDir Path temp;

  /** What a table must hold: what was acknowledged, with or without what was under way. */
  private record Left(List<Row> acknowledged, List<Row> withTheLast, String place) {}

  /** The defence is that LocalFileStore names a file only when it is whole and synced. */
  @Test
  void case71_afterAKillReadersSeeAWholeVersionAndNothingAcknowledgedIsLost() throws Exception {
    System.out.println("CrashTest: -Dboathouse.crash.seed=" + SEED);
    Random random = new Random(SEED);
    Path folder = temp.resolve("table");
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    table.create(
        SCHEMA,
        Map.of(
            "delta.enableDeletionVectors", "true",
            "boathouse.deletionVectors.maxShare", "0.6",
            "delta.checkpointInterval", "3"));
    List<Row> rows = run(folder, List.of(), random.nextLong(), Place.NOWHERE, 1).acknowledged();
    Map<Place, Integer> killed = new EnumMap<>(Place.class);
    int lost = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Place place = Place.values()[round % Place.NOWHERE.ordinal()];
      long seed = random.nextLong();
      Left left = run(folder, rows, seed, place, 1 + random.nextInt(3));
      String what = "round %d, seed %d, %s".formatted(round, seed, left.place());
      List<String> held = OurReads.rows(new LooseTable(new LocalFileStore(folder), temp));

      boolean last = sorted(held).equals(sorted(RandomChange.texts(left.withTheLast())));
      rows = last ? left.withTheLast() : left.acknowledged();
      assertThat(held).as(what).containsExactlyInAnyOrderElementsOf(RandomChange.texts(rows));
      assertThat(KernelReads.rows(folder)).as(what).containsExactlyInAnyOrderElementsOf(held);
      nothingIsLeftHalfWritten(folder);
      killed.merge(place, 1, Integer::sum);
      lost += last ? 0 : 1;
    }
    System.out.printf("Killed at %s; %d times what was under way was not there%n", killed, lost);
  }

  private static List<String> sorted(List<String> rows) {
    return rows.stream().sorted().toList();
  }

  /** The next writer sweeps what the killed one was writing, and goes on. */
  private void nothingIsLeftHalfWritten(Path folder) throws IOException {
    LooseTable next = new LooseTable(new LocalFileStore(folder), temp);
    long version = next.log().latest().version();
    assertThat(next.append("SELECT 0 AS id, 0 AS v, 'probe' AS p").version())
        .isEqualTo(version + 1);
    assertThat(next.delete("p = 'probe'").metric("numDeletedRows")).isOne();
    try (Stream<Path> writing = Files.list(folder.resolve(".boathouse-writing"))) {
      assertThat(writing).isEmpty();
    }
  }

  private Left run(Path folder, List<Row> rows, long seed, Place place, int times)
      throws IOException, InterruptedException {
    Process child = child(folder, seed, place, times);
    List<Row> acknowledged = rows;
    List<Row> last = rows;
    String stood = "ended";
    boolean killed = false;
    boolean ended = false;
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case "begin" -> {
            RandomChange.Kind kind = RandomChange.Kind.valueOf(words[1]);
            last = new RandomChange(kind, Long.parseLong(words[2])).applied(acknowledged);
            stood = words[1];
          }
          case "acknowledged" -> acknowledged = last;
          case "ended" -> ended = place == Place.NOWHERE;
          default -> {}
        }
        boolean anywhere = place == Place.ANYWHERE && words[0].equals("acknowledged");
        if (!killed && (anywhere || words[0].equals("at"))) {
          boolean unused = child.waitFor(anywhere ? seed & 0x7f : 0, TimeUnit.MILLISECONDS);
          stood = "%s during %s".formatted(place, stood);
          killed = child.toHandle().destroyForcibly();
        }
      }
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(killed || ended)
        .as("%s, %s, exit code %d: %s", place, stood, child.exitValue(), childLog())
        .isTrue();
    return new Left(acknowledged, last, stood);
  }

  private Process child(Path folder, long seed, Place place, int times) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temp,
            "-cp",
            System.getProperty("java.class.path"),
            CrashChild.class.getName(),
            folder.toString(),
            temp.toString(),
            Long.toString(seed),
            place.name(),
            Integer.toString(times)));
    return new ProcessBuilder(command).redirectError(temp.resolve("child.log").toFile()).start();
  }

  private String childLog() {
    try {
      return Files.readString(temp.resolve("child.log"));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }
}
