package io.boathouse.platform.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.db.JavaProcess;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temporary;

  @Test
  void newDirectoryIsMarkedWithTheFormatAndClosedToOthers() throws Exception {
    Path root = temporary.resolve("new");
    try (var directory = DataDirectory.open(root)) {
      assertThat(root.resolve("format")).hasContent(DataDirectory.FORMAT + "\n");
      for (Path folder :
          List.of(
              root,
              directory.postgres(),
              directory.storage(),
              directory.tmp(),
              directory.cache(),
              directory.online(),
              directory.logs())) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
            .as(folder.toString())
            .isEqualTo("rwx------");
      }
    }
  }

  @Test
  void tokenFileHoldsTheTokenAloneAndIsReadableByItsOwnerAlone() throws Exception {
    try (var directory = DataDirectory.open(temporary.resolve("new"))) {
      directory.writeToken("bh_first");
      directory.writeToken("bh_second");
      assertThat(directory.tokenFile()).hasContent("bh_second\n");
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.tokenFile())))
          .isEqualTo("rw-------");
      assertThat(directory.root().resolve("token.partial")).doesNotExist();
    }
  }

  // Fails without the lock file (tryLock in DataDirectory.lock): both servers open the directory.
  @Test
  void case76_secondServerOnOneDirectoryIsRefusedAndNamesTheFirst() throws Exception {
    Path root = temporary.resolve("shared");
    try (var child = JavaProcess.start(OpenAndWait.class, root.toString())) {
      String pid = child.awaitLine("pid ");
      var failure =
          catchThrowableOfType(LakeException.class, () -> DataDirectory.open(root).close());
      assertThat(failure.reason()).isEqualTo("DATA_DIRECTORY_IN_USE");
      assertThat(failure.message()).contains(root.toString(), "process " + pid, "--data-dir");
      child.kill();
    }
    DataDirectory.open(root).close();
  }

  @Test
  void case76_secondServerInTheSameProcessIsRefusedToo() {
    Path root = temporary.resolve("shared");
    try (var first = DataDirectory.open(root)) {
      assertThat(first.root()).isDirectory();
      assertThatThrownBy(() -> DataDirectory.open(root)).hasMessageContaining("in use");
    }
  }

  @Test
  void newerFormatIsRefusedAndLeftAsItIs() throws Exception {
    Path root = temporary.resolve("newer");
    DataDirectory.open(root).close();
    Files.writeString(root.resolve("format"), (DataDirectory.FORMAT + 1) + "\n");
    Files.writeString(root.resolve("tmp").resolve("untouched"), "x");
    var failure = catchThrowableOfType(LakeException.class, () -> DataDirectory.open(root));
    assertThat(failure.reason()).isEqualTo("DATA_DIRECTORY_NEWER");
    assertThat(root.resolve("tmp").resolve("untouched")).exists();
    assertThat(root.resolve("format")).hasContent((DataDirectory.FORMAT + 1) + "\n");
  }

  @Test
  void olderFormatIsBroughtForwardStepByStepAndACrashContinuesWhereItWas() throws Exception {
    Path root = temporary.resolve("older");
    DataDirectory.open(root).close();
    Files.writeString(root.resolve("format"), "1\n");
    FormatStep one = at -> Files.writeString(at.resolve("one"), "done");
    FormatStep crash =
        at -> {
          throw new IllegalStateException("crash");
        };
    FormatStep two = at -> Files.writeString(at.resolve("two"), "done");
    assertThatThrownBy(() -> DataDirectory.open(root, List.of(one, crash))).hasMessage("crash");
    assertThat(root.resolve("format")).hasContent("2\n");
    Files.delete(root.resolve("one"));
    DataDirectory.open(root, List.of(one, two)).close();
    assertThat(root.resolve("format")).hasContent("3\n");
    assertThat(root.resolve("one")).doesNotExist();
    assertThat(root.resolve("two")).exists();
  }

  @Test
  void keptDirectoryOfFormatOneOpensWithItsFiles() throws Exception {
    Path kept = Path.of(getClass().getResource("/data-directory/format-1/format").toURI());
    Path root = temporary.resolve("kept");
    copy(kept.getParent(), root);
    try (var directory = DataDirectory.open(root)) {
      assertThat(directory.storage().resolve("tables").resolve("part-0.txt")).hasContent("kept");
      assertThat(directory.tokenFile()).hasContent("bh_aaaa");
      assertThat(root.resolve("format")).hasContent(DataDirectory.FORMAT + "\n");
    }
  }

  @Test
  void directoryWithOtherThingsInItIsRefused() throws Exception {
    Files.writeString(temporary.resolve("holiday.jpg"), "x");
    assertThatThrownBy(() -> DataDirectory.open(temporary)).hasMessageContaining("not empty");
    assertThat(temporary.resolve("lock")).doesNotExist();
  }

  @Test
  void unreadableFormatNumberIsNamed() throws Exception {
    Path root = temporary.resolve("odd");
    DataDirectory.open(root).close();
    for (String text : List.of("x1", "0", "-1", "")) {
      Files.writeString(root.resolve("format"), text);
      assertThatThrownBy(() -> DataDirectory.open(root)).hasMessageContaining("'" + text + "'");
    }
  }

  @Test
  void leftoversInTmpAreGoneAfterAStart() throws Exception {
    Path root = temporary.resolve("again");
    DataDirectory.open(root).close();
    Files.createDirectories(root.resolve("tmp").resolve("a").resolve("b"));
    Files.writeString(root.resolve("tmp").resolve("a").resolve("left"), "x");
    DataDirectory.open(root).close();
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** Opens the directory, reports its process id and waits to be killed. */
  static final class OpenAndWait {
    private OpenAndWait() {}

    public static void main(String[] arguments) throws Exception {
      try (var directory = DataDirectory.open(Path.of(arguments[0]))) {
        System.out.println("pid " + ProcessHandle.current().pid());
        new CountDownLatch(1).await();
      }
    }
  }
}
