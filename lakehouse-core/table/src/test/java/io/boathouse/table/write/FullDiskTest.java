package io.boathouse.table.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()), Column.of("name", new DataType.StringType()));

  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

  @TempDir Path temp;

  /** Seen to fail, with UNAVAILABLE, without the messages of a full disk in LocalFileStore. */
  @Test
  void case67_aFullFileSystemIsToldAndLeavesTheTableAsItWas() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    boolean mounted =
        Files.isExecutable(Path.of("/bin/mount"))
            && run(List.of("/bin/mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk.toString()))
                == 0;
    assumeThat(mounted).as("mounting a small tmpfs is not allowed here").isTrue();
    try {
      tellsAndKeeps(disk.resolve("table"), pid -> {});
    } finally {
      assertThat(run(List.of("/bin/umount", disk.toString()))).isZero();
    }
  }

  /** Seen to fail, with UNAVAILABLE, without "File too large" in LocalFileStore.failure. */
  @Test
  void case67_aFileThatMayNotGrowFurtherIsToldAndLeavesTheTableAsItWas() throws Exception {
    assumeThat(Files.isExecutable(PRLIMIT)).as("needs prlimit of util-linux").isTrue();
    tellsAndKeeps(
        temp.resolve("table"),
        pid ->
            assertThat(run(List.of(PRLIMIT.toString(), "--pid", pid + "", "--fsize=2000000")))
                .isZero());
  }

  /** Something to do to the child once it has written its first rows. */
  @FunctionalInterface
  private interface Squeeze {
    void apply(long pid) throws Exception;
  }

  private void tellsAndKeeps(Path folder, Squeeze squeeze) throws Exception {
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    table.create(SCHEMA);
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                FullDiskChild.class.getName(),
                folder.toString(),
                temp.toString())
            .redirectError(temp.resolve("child.log").toFile())
            .start();
    String told = "";
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        told = line;
        if (line.equals("ready")) {
          squeeze.apply(child.pid());
          child.getOutputStream().write('\n');
          child.getOutputStream().flush();
        }
      }
    }
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(told)
        .as(Files.readString(temp.resolve("child.log")))
        .startsWith("STORAGE_FULL after ");
    long version = Long.parseLong(told.substring("STORAGE_FULL after ".length()));
    LooseTable after = new LooseTable(new LocalFileStore(folder), temp);
    assertThat(after.log().latest().version()).isEqualTo(version);
    assertThat(after.count()).isEqualTo(1000 * ((1L << version) - 1));
    Set<String> known = new HashSet<>();
    after.log().latest().files().forEach(file -> known.add(file.path().value()));
    assertThat(dataFiles(folder)).isEqualTo(known);
  }

  private static Set<String> dataFiles(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".parquet"))
          .forEach(names::add);
    }
    return names;
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    return process.waitFor();
  }
}
