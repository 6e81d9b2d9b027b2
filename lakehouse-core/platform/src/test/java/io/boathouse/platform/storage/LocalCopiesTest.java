package io.boathouse.platform.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCopiesTest {
  @TempDir Path folder;
  private final AtomicInteger downloads = new AtomicInteger();
  private Instant now = Instant.parse("2001-01-01T00:00:00Z");
  private LocalCopies copies;

  @BeforeEach
  void open() throws IOException {
    copies = new LocalCopies(folder, 250, () -> now);
  }

  @Test
  void aVersionIsFetchedOnce() throws IOException {
    Path first = get("a@1");

    assertThat(get("a@1")).isEqualTo(first);
    assertThat(get("a@2")).isNotEqualTo(first);
    assertThat(downloads).hasValue(2);
  }

  @Test
  void theLongestUnusedGoesWhenThereIsTooMuch() throws IOException {
    Path a = get("a");
    Path b = get("b");
    now = now.plus(Duration.ofMinutes(11));
    get("a");
    Path c = get("c");

    assertThat(a).exists();
    assertThat(b).doesNotExist();
    assertThat(c).exists();
  }

  @Test
  void whatWasJustHandedOutStaysEvenWhenThereIsTooMuch() throws IOException {
    for (String version : new String[] {"a", "b", "c", "d"}) {
      get(version);
    }

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(4);
    }
  }

  @Test
  void aCopyOfAnEarlierProcessIsUsedOnlyIfItIsWhole() throws IOException {
    Path a = get("a");
    Path b = get("b");
    Files.writeString(b, "x".repeat(100), UTF_8);
    Files.writeString(folder.resolve("part-1.tmp"), "half", UTF_8);
    copies = new LocalCopies(folder, 250, () -> now);

    assertThat(get("a")).isEqualTo(a);
    assertThat(downloads).hasValue(2);
    assertThat(Files.readString(get("b"))).isEqualTo(content("b"));
    assertThat(downloads).hasValue(3);
    assertThat(folder.resolve("part-1.tmp")).doesNotExist();
  }

  @Test
  void aDownloadOfTheWrongSizeIsNotKept() throws IOException {
    Throwable failure =
        catchThrowable(() -> copies.get("a", 100, () -> new ByteArrayInputStream(new byte[99])));

    assertThat(failure).isInstanceOf(IOException.class);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private Path get(String version) throws IOException {
    return copies.get(
        version,
        100,
        () -> {
          downloads.incrementAndGet();
          return new ByteArrayInputStream(content(version).getBytes(UTF_8));
        });
  }

  private static String content(String version) {
    return (version + "-".repeat(100)).substring(0, 100);
  }
}
