package io.boathouse.platform.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every file store promises. A store's test extends this and offers an empty store. */
public abstract class FileStoreContract {
  private static final StoragePath FILE = StoragePath.of("folder/file.txt");

  @TempDir Path local;

  /** The store under test, empty at the start of every test. */
  protected abstract FileStore store();

  /** False for a test server that sorts characters outside the basic plane as Java strings do. */
  protected boolean sortsAllCharacters() {
    return true;
  }

  @Test
  void aFileIsReadAsItWasWritten() throws IOException {
    FileInfo written = store().put(FILE, out -> out.write("hello".getBytes(UTF_8)));

    assertThat(written.path()).isEqualTo(FILE);
    assertThat(written.size()).isEqualTo(5);
    assertThat(text(FILE)).isEqualTo("hello");
    assertThat(store().find(FILE)).map(FileInfo::size).contains(5L);
    assertThat(store().find(FILE).orElseThrow().modifiedAt())
        .isBetween(written.modifiedAt().minusSeconds(2), written.modifiedAt().plusSeconds(2));
  }

  @Test
  void putReplacesTheWholeContent() throws IOException {
    write(FILE, "a long first content");
    write(FILE, "short");

    assertThat(text(FILE)).isEqualTo("short");
  }

  @Test
  void anEmptyFileIsAFile() throws IOException {
    store().put(FILE, out -> {});

    assertThat(text(FILE)).isEmpty();
    assertThat(store().read(FILE, 0, 0)).isEmpty();
    assertThat(store().find(FILE)).map(FileInfo::size).contains(0L);
  }

  @Test
  void aLargeFileGoesThroughInPieces() throws IOException {
    byte[] content = new byte[20_000_000];
    new Random(1).nextBytes(content);
    store()
        .put(
            FILE,
            out -> {
              for (int at = 0; at < content.length; at += 333_333) {
                out.write(content, at, Math.min(333_333, content.length - at));
              }
            });

    try (InputStream in = store().open(FILE)) {
      assertThat(Arrays.equals(in.readAllBytes(), content)).isTrue();
    }
    assertThat(store().read(FILE, 19_999_000, 1000))
        .isEqualTo(Arrays.copyOfRange(content, 19_999_000, 20_000_000));
  }

  @Test
  void aWriterThatFailsLeavesTheOldContent() throws IOException {
    write(FILE, "old");
    Throwable failure =
        catchThrowable(
            () ->
                store()
                    .put(
                        FILE,
                        out -> {
                          out.write(new byte[9_000_000]);
                          throw new IOException("the writer gave up");
                        }));

    assertThat(failure).isInstanceOf(LakeException.class);
    assertThat(text(FILE)).isEqualTo("old");
    assertThat(store().list(StoragePath.ROOT, Optional.empty(), 10)).hasSize(1);
  }

  @Test
  void aRangeIsReadExactly() {
    write(FILE, "0123456789");

    assertThat(new String(store().read(FILE, 3, 4), UTF_8)).isEqualTo("3456");
    for (long offset : new long[] {7, 10, 400}) {
      assertThat(code(() -> store().read(FILE, offset, 4))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Test
  void anAbsentFileIsNotFound() {
    assertThat(store().find(FILE)).isEmpty();
    assertThat(code(() -> store().open(FILE).close())).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(code(() -> store().read(FILE, 0, 1))).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(code(() -> store().localCopy(FILE))).isEqualTo(ErrorCode.NOT_FOUND);
    store().delete(FILE);
    store().deleteFolder(FILE.parent());
    assertThat(store().list(FILE.parent(), Optional.empty(), 10)).isEmpty();
    assertThat(store().listFolder(FILE.parent()).files()).isEmpty();
  }

  @Test
  void aFolderIsNotAFile() {
    write(FILE, "x");

    assertThat(store().find(FILE.parent())).isEmpty();
    assertThat(store().find(StoragePath.ROOT)).isEmpty();
    assertThat(code(() -> store().open(FILE.parent()).close())).isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void putIfAbsentKeepsTheFirst() throws IOException {
    assertThat(store().putIfAbsent(FILE, "first".getBytes(UTF_8))).isTrue();
    assertThat(store().putIfAbsent(FILE, "second".getBytes(UTF_8))).isFalse();
    assertThat(store().putIfAbsent(FILE, "first".getBytes(UTF_8))).isFalse();
    assertThat(text(FILE)).isEqualTo("first");
  }

  /** Seen to fail with a check for the name before an ordinary put. */
  @Test
  void ofManyWritersExactlyOneWinsAndItsContentStays() throws Exception {
    int keys = 100;
    int writers = 8;
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      for (int key = 0; key < keys; key++) {
        StoragePath path = StoragePath.of("race/%03d".formatted(key));
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          byte[] content = ("written by " + writer).getBytes(UTF_8);
          calls.add(() -> store().putIfAbsent(path, content));
        }
        List<Integer> winners = new ArrayList<>();
        List<Future<Boolean>> answers = threads.invokeAll(calls);
        for (int writer = 0; writer < writers; writer++) {
          if (answers.get(writer).get()) {
            winners.add(writer);
          }
        }
        assertThat(winners).as("winners of key %d", key).hasSize(1);
        assertThat(text(path)).isEqualTo("written by " + winners.getFirst());
      }
    }
  }

  /** Seen to fail on a store that created the file first and then wrote its content. */
  @Test
  void aReaderNeverSeesHalfAFile() throws Exception {
    byte[] content = new byte[3_000_000];
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 10; round++) {
        StoragePath path = StoragePath.of("half/" + round);
        Future<Boolean> write = threads.submit(() -> store().putIfAbsent(path, content));
        while (!write.isDone()) {
          assertThat(store().find(path).map(FileInfo::size).orElse(3_000_000L))
              .isEqualTo(3_000_000L);
        }
        assertThat(write.get()).isTrue();
      }
    }
  }

  @Test
  void putFileTakesTheContentOfALocalFile() throws IOException {
    Path source = Files.writeString(local.resolve("source"), "from disk", UTF_8);
    write(FILE, "before");

    assertThat(store().putFile(FILE, source).size()).isEqualTo(9);
    Files.delete(source);
    assertThat(text(FILE)).isEqualTo("from disk");
  }

  @Test
  void listsRecursivelyInByteOrderAfterAPathAndUpToALimit() {
    List<String> sorted =
        List.of("t/a", "t/a.b", "t/a.b/c/d", "t/a/b", "t/b", "t/ä", "t/\uFF5E", "t/🚤");
    List<String> paths =
        sorted.stream()
            .filter(path -> !path.equals("t/a") && !path.equals("t/a.b"))
            .filter(path -> sortsAllCharacters() || !path.equals("t/\uFF5E"))
            .toList();
    for (String path : paths.reversed()) {
      write(StoragePath.of(path), path);
    }
    write(StoragePath.of("t2"), "beside");
    write(StoragePath.of("s"), "before");

    assertThat(paths("t", null, 100)).isEqualTo(paths);
    assertThat(paths("t", "t/a/b", 100)).isEqualTo(paths.subList(2, paths.size()));
    assertThat(paths("t", "t/a.z", 2)).isEqualTo(paths.subList(1, 3));
    assertThat(paths("t", "t/a", 1)).isEqualTo(paths.subList(0, 1));
    assertThat(paths("t", "t/🚤", 100)).isEmpty();
    assertThat(paths("", null, 100)).hasSize(paths.size() + 2).startsWith("s").endsWith("t2");
  }

  @Test
  void listsMoreFilesThanOnePage() {
    for (int i = 0; i < 1005; i++) {
      write(StoragePath.of("many/%04d".formatted(i)), "");
    }

    assertThat(paths("many", null, 5000)).hasSize(1005).isSorted();
    store().deleteFolder(StoragePath.of("many"));
    assertThat(paths("many", null, 5000)).isEmpty();
  }

  @Test
  void aFolderListsItsChildren() {
    for (String path : List.of("f/b", "f/a/x", "f/a/y/z", "f/c")) {
      write(StoragePath.of(path), "x");
    }
    FileStore.Listing listing = store().listFolder(StoragePath.of("f"));

    assertThat(listing.files())
        .extracting(file -> file.path().value())
        .containsExactly("f/b", "f/c");
    assertThat(listing.folders()).extracting(StoragePath::value).containsExactly("f/a");
  }

  @Test
  void deletesAFileAndAFolder() {
    for (String path : List.of("d/a", "d/b/c", "d2/e")) {
      write(StoragePath.of(path), "x");
    }
    store().delete(StoragePath.of("d/a"));
    assertThat(paths("", null, 10)).containsExactly("d/b/c", "d2/e");
    store().deleteFolder(StoragePath.of("d"));
    assertThat(paths("", null, 10)).containsExactly("d2/e");
  }

  @Test
  void namesWithAllSortsOfCharactersComeBack() throws IOException {
    for (String name :
        List.of("a b", "a+b", "a%20b", "a?b#c", "a=1", "ü", "'\"`", "🚤", "a:b;c", "*")) {
      StoragePath path = StoragePath.of("names/" + name);
      write(path, name);
      assertThat(text(path)).isEqualTo(name);
      assertThat(paths("names", null, 10)).containsExactly(path.value());
      store().delete(path);
    }
  }

  @Test
  void aScopedStoreSeesItsFolderOnly() throws IOException {
    write(StoragePath.of("outer"), "out");
    FileStore inner = store().scoped(StoragePath.of("box")).scoped(StoragePath.of("inner"));
    inner.put(StoragePath.of("x/y"), out -> out.write(1));

    assertThat(paths("", null, 10)).containsExactly("box/inner/x/y", "outer");
    assertThat(inner.list(StoragePath.ROOT, Optional.empty(), 10))
        .extracting(file -> file.path().value())
        .containsExactly("x/y");
    assertThat(inner.listFolder(StoragePath.ROOT).folders()).containsExactly(StoragePath.of("x"));
    assertThat(inner.find(StoragePath.of("outer"))).isEmpty();
    inner.deleteFolder(StoragePath.ROOT);
    assertThat(paths("", null, 10)).containsExactly("outer");
  }

  @Test
  void aLocalCopyHasTheContentOfToday() throws IOException {
    write(FILE, "one");
    assertThat(Files.readString(store().localCopy(FILE))).isEqualTo("one");
    write(FILE, "two and more");
    assertThat(Files.readString(store().localCopy(FILE))).isEqualTo("two and more");
  }

  @Test
  void theLocationIsAUriOfTheFile() {
    assertThat(store().location(FILE).toString()).matches("(file:///|s3://).*folder/file\\.txt");
  }

  protected final void write(StoragePath path, String text) {
    FileInfo unused = store().put(path, out -> out.write(text.getBytes(UTF_8)));
  }

  protected final String text(StoragePath path) throws IOException {
    try (InputStream in = store().open(path)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  protected final List<String> paths(String folder, @Nullable String startAfter, int limit) {
    return store()
        .list(
            folder.isEmpty() ? StoragePath.ROOT : StoragePath.of(folder),
            Optional.ofNullable(startAfter).map(StoragePath::of),
            limit)
        .stream()
        .map(file -> file.path().value())
        .toList();
  }

  protected static ErrorCode code(ThrowingCallable call) {
    LakeException failure = catchThrowableOfType(LakeException.class, call);
    assertThat(failure).isNotNull();
    return failure.code();
  }
}
