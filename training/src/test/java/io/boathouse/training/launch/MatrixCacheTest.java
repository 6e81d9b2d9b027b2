package io.boathouse.training.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MatrixCacheTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  private final AtomicInteger exports = new AtomicInteger();

  private MatrixCache cache(long bytes) {
    return new MatrixCache(folder, bytes, InstantSource.fixed(NOW));
  }

  /** A file of ten bytes. */
  private MatrixCache.Held get(MatrixCache cache, String key) throws InterruptedException {
    return cache.get(key, this::export);
  }

  private void export(Path file) {
    exports.incrementAndGet();
    try {
      Files.write(file, new byte[10]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatWasUnusedLongestGoesFirst() throws Exception {
    MatrixCache cache = cache(30);
    for (String key : List.of("a", "b", "c")) {
      get(cache, key).close();
    }
    get(cache, "a").close();
    get(cache, "d").close();
    assertThat(kept()).containsExactly("a.bhm", "c.bhm", "d.bhm");
    assertThat(exports).hasValue(4);
    get(cache, "b").close();
    assertThat(exports).hasValue(5);
    assertThat(kept()).containsExactly("a.bhm", "b.bhm", "d.bhm");
  }

  /** Without the look at the users a job's file went while it was read. */
  @Test
  void whatIsInUseStaysAlthoughTheShareIsExceeded() throws Exception {
    MatrixCache cache = cache(10);
    try (MatrixCache.Held first = get(cache, "a");
        MatrixCache.Held second = get(cache, "b")) {
      assertThat(kept()).containsExactly("a.bhm", "b.bhm");
      assertThat(first.file()).exists();
      assertThat(second.file()).exists();
    }
    assertThat(kept()).containsExactly("a.bhm");
  }

  @Test
  void aFileBeyondTheWholeShareLivesAsLongAsItsJob() throws Exception {
    MatrixCache cache = cache(5);
    try (MatrixCache.Held held = get(cache, "a")) {
      assertThat(held.file()).exists();
    }
    assertThat(kept()).isEmpty();
  }

  @Test
  void theNextServerTakesTheFilesOverOldestFirstAndSweepsWhatWasBegun() throws Exception {
    for (String name : List.of("a.bhm", "b.bhm", "c.bhm", "c.bhm.tmp")) {
      Files.write(folder.resolve(name), new byte[10]);
    }
    Files.setLastModifiedTime(folder.resolve("a.bhm"), FileTime.from(NOW));
    Files.setLastModifiedTime(
        folder.resolve("b.bhm"), FileTime.from(NOW.minus(Duration.ofDays(2))));
    Files.setLastModifiedTime(
        folder.resolve("c.bhm"), FileTime.from(NOW.minus(Duration.ofDays(1))));
    MatrixCache cache = cache(20);
    assertThat(kept()).containsExactly("a.bhm", "c.bhm");
    get(cache, "a").close();
    assertThat(exports).hasValue(0);
  }

  @Test
  void thoseWhoAskWhileItIsWrittenWaitForTheOneExport() throws Exception {
    MatrixCache cache = cache(100);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    threads.add(
        inBackground(
            failure,
            () ->
                cache
                    .get(
                        "a",
                        file -> {
                          begun.countDown();
                          await(go);
                          export(file);
                        })
                    .close()));
    await(begun);
    for (int i = 0; i < 4; i++) {
      threads.add(inBackground(failure, () -> get(cache, "a").close()));
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(exports).hasValue(1);
  }

  @Test
  void anExportThatFailedIsTriedAgainByTheNext() throws Exception {
    MatrixCache cache = cache(100);
    assertThatThrownBy(
            () ->
                cache.get(
                    "a",
                    file -> {
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose");
    try (MatrixCache.Held held = get(cache, "a")) {
      assertThat(held.file()).exists();
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Thread inBackground(AtomicReference<Throwable> failure, Work work) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                failure.set(e);
              }
            });
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
