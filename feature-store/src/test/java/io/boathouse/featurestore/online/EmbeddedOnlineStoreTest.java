package io.boathouse.featurestore.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedOnlineStoreTest extends OnlineStoreContract {
  @TempDir Path folder;

  @Override
  OnlineStore open() {
    EmbeddedOnlineStore opened = new EmbeddedOnlineStore(folder, 64L << 20);
    boolean unused = opened.warm(TABLE);
    return opened;
  }

  @Test
  void logCutAnywhereOpensWithTheBatchesThatWereWhole() throws IOException {
    long seed = 7;
    Random random = new Random(seed);
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long unused = store.write(TABLE, List.of(row("K", i, 1, (double) i)));
      ends.add(Files.size(log()));
    }
    store.close();
    byte[] whole = Files.readAllBytes(log());
    for (int trial = 0; trial < 40; trial++) {
      int cut = 8 + random.nextInt(whole.length - 8);
      Files.write(log(), java.util.Arrays.copyOf(whole, cut));
      store = open();
      long expected = ends.stream().filter(end -> end <= cut).count();
      assertThat(store.statistics(TABLE).rows())
          .as("seed %d cut %d", seed, cut)
          .isEqualTo(expected);
      long kept = store.write(TABLE, List.of(row("after", 0, 1, 1.0)));
      assertThat(kept).isEqualTo(1);
      store.close();
    }
    store = open();
  }

  @Test
  void damageInTheMiddleIsToldAndNotTakenForATornTail() throws IOException {
    for (int i = 0; i < 10; i++) {
      long unused = store.write(TABLE, List.of(row("K", i, 1, (double) i)));
    }
    store.close();
    try (FileChannel channel = FileChannel.open(log(), StandardOpenOption.WRITE)) {
      int unused = channel.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), 60);
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("damaged at byte");
  }

  @Test
  void limitOfMemoryIsToldAndWhatIsThereStaysServed() {
    EmbeddedOnlineStore small = new EmbeddedOnlineStore(folder.resolve("small"), 200_000);
    long first = small.write(TABLE, List.of(row("K", 0, 1, 1.0)));
    List<OnlineRow> many = new ArrayList<>();
    for (int i = 1; i < 5_000; i++) {
      many.add(row("K", i, 1, 1.0));
    }
    assertThatThrownBy(() -> small.write(TABLE, many))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("online.max_bytes");
    assertThat(first).isEqualTo(1);
    assertThat(small.statistics(TABLE).rows()).isEqualTo(1);
    small.close();
  }

  private Path log() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(TABLE.id().toString()))) {
      return files.findFirst().orElseThrow();
    }
  }
}
