package io.boathouse.benchmark;

import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaLog;
import io.delta.kernel.Scan;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * How long until the files of a table's newest version are known: cold, and when one commit is
 * newer than what is known? Each file's path and size are looked at. The log is written by hand,
 * ten files a commit, with a checkpoint five commits before its end; no data is behind it.
 */
final class SnapshotBenchmark {
  static final String QUESTION = "snapshot";
  private static final int FILES_A_COMMIT = 10;

  private SnapshotBenchmark() {}

  static List<Figure> run(Path folder, Scale scale) throws Exception {
    Path table = Files.createDirectories(folder.resolve("snapshot"));
    writeLog(table, scale.logCommits());
    checkpoint(table, scale.logCommits() - 5);
    long expected = (long) scale.logCommits() * FILES_A_COMMIT;
    Rounds rounds =
        Rounds.measure(
            scale.rounds(),
            round -> cost(() -> check(ours(table), expected)),
            round -> cost(() -> check(kernels(table), expected)));
    List<Figure> figures =
        new ArrayList<>(rounds.figures(QUESTION + ": cold", "Kernel's default engine", 3));
    try (LocalFileStore store = new LocalFileStore(table)) {
      DeltaLog log = new DeltaLog(store, InstantSource.system());
      check(log.latest().files().size(), expected);
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        writeCommit(table, scale.logCommits() + i);
        long began = System.nanoTime();
        long files = log.latest().files().size();
        millis.add((System.nanoTime() - began) / 1e6);
        check(files, expected + (i + 1L) * FILES_A_COMMIT);
      }
      figures.add(
          Figure.atMost(QUESTION + ": one newer", "median of 20", Rounds.median(millis), 2, "ms"));
    }
    return figures;
  }

  /** As every writer of such a table would have left one. */
  private static void checkpoint(Path table, long version) throws IOException {
    Engine engine = DefaultEngine.create(new Configuration());
    TableManager.loadSnapshot(table.toString())
        .atVersion(version)
        .build(engine)
        .writeCheckpoint(engine);
  }

  private static long ours(Path table) {
    try (LocalFileStore store = new LocalFileStore(table)) {
      long files = 0;
      for (DataFile file : new DeltaLog(store, InstantSource.system()).latest().files()) {
        files += file.size() > 0 && !file.path().isRoot() ? 1 : 0;
      }
      return files;
    }
  }

  private static long kernels(Path table) throws IOException {
    Engine engine = DefaultEngine.create(new Configuration(false));
    Scan scan = TableManager.loadSnapshot(table.toString()).build(engine).getScanBuilder().build();
    long files = 0;
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            AddFile add =
                new AddFile(rows.next().getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
            files += add.getSize() > 0 && !add.getPath().isEmpty() ? 1 : 0;
          }
        }
      }
    }
    return files;
  }

  private static void check(long files, long expected) {
    if (files != expected) {
      throw new IllegalStateException("files: " + files + " (expected: " + expected + ")");
    }
  }

  /** A piece of work that may fail. */
  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  private static Rounds.Cost cost(Work work) throws Exception {
    double cpu = cpuSeconds();
    long began = System.nanoTime();
    work.run();
    return new Rounds.Cost((System.nanoTime() - began) / 1e9, cpuSeconds() - cpu);
  }

  private static double cpuSeconds() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private static void writeLog(Path table, int commits) throws IOException {
    Path log = Files.createDirectories(table.resolve("_delta_log"));
    String first =
        """
        {"commitInfo":{"timestamp":0,"operation":"CREATE TABLE","operationParameters":{}}}
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        {"metaData":{"id":"11111111-2222-3333-4444-555555555555","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"n\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":{},"createdTime":0}}
        """;
    for (int version = 0; version < commits; version++) {
      String actions = actions(version);
      Files.writeString(
          file(log, version), version == 0 ? first + actions : info(version) + actions);
    }
  }

  private static void writeCommit(Path table, int version) throws IOException {
    Files.writeString(file(table.resolve("_delta_log"), version), info(version) + actions(version));
  }

  private static Path file(Path log, int version) {
    return log.resolve(String.format(Locale.ROOT, "%020d.json", version));
  }

  private static String info(int version) {
    return "{\"commitInfo\":{\"timestamp\":%d,\"operation\":\"WRITE\",\"operationParameters\":{}}}\n"
        .formatted(version);
  }

  private static String actions(int version) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < FILES_A_COMMIT; i++) {
      text.append(
          """
          {"add":{"path":"part-%d-%d.parquet","partitionValues":{},"size":1000,"modificationTime":0,"dataChange":true,"stats":"{\\"numRecords\\":10,\\"minValues\\":{\\"n\\":%d},\\"maxValues\\":{\\"n\\":%d},\\"nullCount\\":{\\"n\\":0}}"}}
          """
              .formatted(version, i, version, version));
    }
    return text.toString();
  }
}
