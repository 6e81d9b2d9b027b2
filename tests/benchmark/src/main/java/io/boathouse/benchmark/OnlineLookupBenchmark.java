package io.boathouse.benchmark;

import io.boathouse.featurestore.online.EmbeddedOnlineStore;
import io.boathouse.featurestore.online.FeatureBlock;
import io.boathouse.featurestore.online.OnlineRow;
import io.boathouse.featurestore.online.OnlineTable;
import io.boathouse.featurestore.online.OnlineTable.OnlineColumn;
import io.boathouse.featurestore.online.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a request pay for its online features as keys per request grow? Nine features a key;
 * the peer is a map on the heap that holds the same rows as arrays.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class OnlineLookupBenchmark {
  private static final int FEATURES = 9;
  private static final double[] NONE = {};
  private static final OnlineTable TABLE =
      new OnlineTable(
          new UUID(1, 1),
          List.of(new OnlineColumn("key", ValueType.STRING)),
          IntStream.range(0, FEATURES)
              .mapToObj(i -> new OnlineColumn("f" + i, ValueType.DOUBLE))
              .toList());

  @Param({"1", "16", "256"})
  int keys;

  @Param("100000")
  int entities;

  private final int[] all = IntStream.range(0, FEATURES).toArray();
  private final Map<List<Object>, double[]> heap = new HashMap<>();
  private final List<List<List<Object>>> requests = new ArrayList<>();
  private Path folder = Path.of("");
  private EmbeddedOnlineStore store = new EmbeddedOnlineStore(Path.of(""), 1);
  private int next;

  /** Fills both stores with the same rows. */
  @Setup
  public void fill() throws IOException {
    folder = Files.createTempDirectory("online-benchmark");
    store = new EmbeddedOnlineStore(folder, 256L << 20);
    Random random = new Random(7);
    List<OnlineRow> rows = new ArrayList<>();
    for (int i = 0; i < entities; i++) {
      List<Object> key = List.of("key-" + i);
      double[] values = random.doubles(FEATURES).toArray();
      heap.put(key, values);
      rows.add(new OnlineRow(key, i, i, new ArrayList<>(Arrays.stream(values).boxed().toList())));
    }
    long unused = store.replace(TABLE, rows.iterator());
    for (int i = 0; i < 512; i++) {
      requests.add(
          random.ints(keys, 0, entities).mapToObj(k -> List.<Object>of("key-" + k)).toList());
    }
  }

  /** Ours. */
  @Benchmark
  public double embeddedStore() {
    FeatureBlock block = store.lookup(TABLE, request(), all).result();
    double sum = 0;
    for (int row = 0; row < block.rows(); row++) {
      for (int column = 0; column < FEATURES; column++) {
        sum += block.doubleValue(row, column);
      }
    }
    return sum;
  }

  /** The ceiling. */
  @Benchmark
  public double heapMap() {
    double sum = 0;
    for (List<Object> key : request()) {
      for (double value : heap.getOrDefault(key, NONE)) {
        sum += value;
      }
    }
    return sum;
  }

  private List<List<Object>> request() {
    next = (next + 1) % requests.size();
    return requests.get(next);
  }

  /** Removes the store's files. */
  @TearDown
  public void remove() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
