package io.boathouse.platform.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest extends FileStoreContract {
  @TempDir Path temp;
  private Path root;
  private Path outside;
  private LocalFileStore store;

  @BeforeEach
  void open() throws IOException {
    root = temp.resolve("root");
    outside = Files.createDirectories(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret", UTF_8);
    store = new LocalFileStore(root);
  }

  @Override
  protected FileStore store() {
    return store;
  }

  /** Seen to fail when SafeFolder.child did not look for links. */
  @Test
  void case04_aLinkOutOfTheStoreIsNeitherReadNorWrittenNorListed() throws IOException {
    Files.createSymbolicLink(root.resolve("door"), outside);
    Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
    StoragePath throughFolder = StoragePath.of("door/secret");
    StoragePath asFile = StoragePath.of("file");

    for (StoragePath path : List.of(throughFolder, asFile)) {
      assertThat(store.find(path)).isEmpty();
      assertThat(reason(() -> store.open(path).close())).isEqualTo("PATH_IS_LINK");
      assertThat(reason(() -> store.read(path, 0, 1))).isEqualTo("PATH_IS_LINK");
      assertThat(reason(() -> store.localCopy(path))).isEqualTo("PATH_IS_LINK");
    }
    assertThat(reason(() -> store.put(StoragePath.of("door/new"), out -> out.write(1))))
        .isEqualTo("PATH_IS_LINK");
    assertThat(reason(() -> store.putIfAbsent(StoragePath.of("door/new"), new byte[1])))
        .isEqualTo("PATH_IS_LINK");
    assertThat(reason(() -> store.listFolder(StoragePath.of("door")))).isEqualTo("PATH_IS_LINK");
    assertThat(store.list(StoragePath.ROOT, Optional.empty(), 10)).isEmpty();
    store.delete(throughFolder);
    store.deleteFolder(StoragePath.of("door"));
    store.deleteFolder(StoragePath.ROOT);
    assertThat(outsideFiles()).containsExactly("secret");
  }

  /** Seen to fail when files were opened by their whole path after a check of the links. */
  @Test
  void case04_aFolderSwappedForALinkBetweenCheckAndUseLeaksNothing() throws Exception {
    Path folder = Files.createDirectories(root.resolve("folder"));
    Files.writeString(folder.resolve("secret"), "public", UTF_8);
    AtomicBoolean stop = new AtomicBoolean();
    Thread swapper =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!stop.get()) {
                    swap(folder, root.resolve("away"));
                  }
                });
    int reads = 0;
    for (int i = 0; i < 4000; i++) {
      try {
        String text = text(StoragePath.of("folder/secret"));
        assertThat(text).isEqualTo("public");
        reads++;
        write(StoragePath.of("folder/new" + i), "new");
      } catch (LakeException e) {
        assertThat(e.reason())
            .isIn("PATH_IS_LINK", "FILE_NOT_FOUND", "PATH_THROUGH_FILE", "STORAGE_UNAVAILABLE");
      }
    }
    stop.set(true);
    swapper.join();

    assertThat(reads).isPositive();
    assertThat(outsideFiles()).containsExactly("secret");
  }

  @Test
  void aFileAndAFolderCannotShareAPath() {
    write(StoragePath.of("a/b"), "x");

    assertThat(code(() -> store.put(StoragePath.of("a"), out -> out.write(1))))
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(code(() -> store.put(StoragePath.of("a/b/c"), out -> out.write(1))))
        .isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(store.putIfAbsent(StoragePath.of("a"), new byte[1])).isFalse();
  }

  @Test
  void deletionsWaitForWorkThatNeedsEveryFile() throws Exception {
    StoragePath path = StoragePath.of("a/b");
    write(path, "x");
    Thread deleting =
        store.withoutDeletions(
            () -> {
              Thread started = Thread.ofVirtual().start(() -> store.deleteFolder(path.parent()));
              while (started.getState() != Thread.State.WAITING) {
                assertThat(started.isAlive()).isTrue();
                Thread.onSpinWait();
              }
              assertThat(store.find(path)).isPresent();
              return started;
            });
    deleting.join();
    assertThat(store.find(path)).isEmpty();
  }

  @Test
  void aFullDiskIsToldAndLeavesNothing() throws IOException {
    StoragePath path = StoragePath.of("f");
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                store.put(
                    path,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new FileSystemException("f", null, "No space left on device");
                    }));

    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(failure.reason()).isEqualTo("STORAGE_FULL");
    assertThat(store.find(path)).isEmpty();
    try (Stream<Path> all = Files.walk(root)) {
      assertThat(all.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void whatACrashedProcessLeftIsClearedAndWhatThisOneWritesIsNot() throws IOException {
    Path writing = root.resolve(".boathouse-writing");
    Files.writeString(writing.resolve("999999999-17-abandoned"), "half", UTF_8);
    Files.writeString(
        writing.resolve(ProcessHandle.current().pid() + "-17-abandoned"), "half", UTF_8);
    store.put(
        StoragePath.of("f"),
        out -> {
          out.write(1);
          new LocalFileStore(root).close();
          out.write(2);
        });

    assertThat(store.find(StoragePath.of("f"))).map(FileInfo::size).contains(2L);
    try (Stream<Path> left = Files.list(writing)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theStoresOwnFolderIsOutOfReach() {
    StoragePath own = StoragePath.of(".boathouse-writing/x");

    assertThat(code(() -> store.put(own, out -> out.write(1))))
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(code(() -> store.deleteFolder(own.parent()))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(store.listFolder(StoragePath.ROOT).folders()).isEmpty();
  }

  /** Puts a link in the folder's place for a moment; the store may have made the folder anew. */
  private void swap(Path folder, Path away) {
    try {
      Files.move(folder, away);
      Files.createSymbolicLink(folder, outside);
      Files.delete(folder);
      Files.move(away, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        if (Files.exists(away)) {
          Files.move(folder, Files.createTempDirectory(root, "aside").resolve("folder"));
          Files.move(away, folder);
        }
      } catch (IOException again) {
        throw new UncheckedIOException(again);
      }
    }
  }

  private List<String> outsideFiles() throws IOException {
    try (Stream<Path> files = Files.list(outside)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static String reason(ThrowingCallable call) {
    LakeException failure = catchThrowableOfType(LakeException.class, call);
    assertThat(failure).isNotNull();
    return failure.reason();
  }
}
