package io.boathouse.table.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables that Delta Spark wrote, each with what a reader has to find in it: {@code expected.tsv}.
 */
class GoldenTablesTest {
  private static final String ROWS = "rows";

  @TempDir Path temp;

  /**
   * A line of the list.
   *
   * @param outcome {@code rows}, or the code of the refusal
   * @param number of rows; 0 of a refusal
   * @param about a digest of the rows, or words of the refusal
   */
  record Expected(String table, String outcome, int number, String about) {
    static Expected of(String line) {
      String[] parts = line.split("\t", -1);
      return new Expected(parts[0], parts[1], Integer.parseInt(parts[2]), parts[3]);
    }

    @Override
    public String toString() {
      return table;
    }
  }

  static List<Expected> read() {
    return expected().stream().filter(one -> one.outcome().equals(ROWS)).toList();
  }

  static List<Expected> refused() {
    return expected().stream().filter(one -> !one.outcome().equals(ROWS)).toList();
  }

  /** Seen to fail with a folder added and with a line added. */
  @Test
  void everyTableIsListedAndEveryListedTableIsThere() throws IOException {
    Set<String> there = new TreeSet<>();
    try (Stream<Path> folders = Files.walk(golden("")).filter(Files::isDirectory)) {
      folders
          .filter(folder -> folder.endsWith("_delta_log"))
          .map(log -> golden("").relativize(log.getParent()).toString())
          .forEach(there::add);
    }
    try (Stream<Path> folders = Files.list(golden("")).filter(Files::isDirectory)) {
      folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> there.stream().noneMatch(table -> (table + "/").startsWith(name + "/")))
          .toList()
          .forEach(there::add);
    }
    assertThat(expected().stream().map(Expected::table)).containsExactlyElementsOf(there);
    assertThat(there.stream().map(table -> table.split("/")[0]).distinct()).hasSize(40);
  }

  @ParameterizedTest
  @MethodSource("read")
  void isReadAsItsWritersReadIt(Expected expected) throws Exception {
    List<String> rows = OurReads.rows(table(golden(expected.table())));

    assertThat(rows.size() + " " + digest(rows))
        .as(() -> rows.stream().limit(3).toList().toString())
        .isEqualTo(expected.number() + " " + expected.about());
  }

  /** What the list says of rows is not only what we say. */
  @ParameterizedTest
  @MethodSource("read")
  void isReadByKernelAsTheListSays(Expected expected) throws Exception {
    assertThat(digest(KernelReads.rows(golden(expected.table())))).isEqualTo(expected.about());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedWithItsReason(Expected expected) {
    Path folder = golden(expected.table());
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> table(folder).log().latest().files());

    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.valueOf(expected.outcome()));
    assertThat(failure.message()).contains(expected.about()).doesNotContain(folder.toString());
  }

  @Test
  void nestedValuesAreRead() {
    LooseTable table = table(golden("data-reader-array-complex-objects"));

    assertThat(
            table.rows(
                "SELECT list_of_records[1].val, \"4d_int_list\"[1][1][1][1] FROM t WHERE i = 3"))
        .containsExactly("3|3");
  }

  /** The defence is FileView.withoutDeletedRows. */
  @Test
  void rowsThatADeletionVectorMarksAreGone() {
    LooseTable table = table(golden("dv-with-columnmapping"));

    assertThat(table.log().latest().files()).anyMatch(file -> file.deletedRows().isPresent());
    assertThat(table.count()).isEqualTo(35);
    assertThat(
            table.log().latest().files().stream()
                .mapToLong(file -> file.rows().orElseThrow())
                .sum())
        .isEqualTo(35);
  }

  /** The defence is Kernel's look at the protocol, and WritableFeatures for our own commits. */
  @Test
  void case78_aTableWithAWriterFeatureThatWeLackIsNotWritten() throws Exception {
    LooseTable table = table(copy("collations-table"));
    long version = table.log().latest().version();
    List<String> before = filesOf(temp);
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> table.append("SELECT 1::INTEGER AS id"));

    assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(failure.message()).containsIgnoringCase("collations");
    assertThat(table.reopened().log().latest().version()).isEqualTo(version);
    assertThat(filesOf(temp)).isEqualTo(before);
  }

  private LooseTable table(Path folder) {
    return new LooseTable(new LocalFileStore(folder), temp);
  }

  private static List<Expected> expected() {
    try (Stream<String> lines = Files.lines(golden("expected.tsv"), UTF_8)) {
      return lines.filter(line -> !line.startsWith("#")).map(Expected::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path golden(String name) {
    try {
      return Path.of(GoldenTablesTest.class.getResource("/delta-golden/").toURI()).resolve(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String digest(List<String> rows) throws NoSuchAlgorithmException {
    String text = rows.stream().sorted().collect(Collectors.joining("\n"));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  private Path copy(String name) throws IOException {
    Path source = golden(name);
    Path copy = temp.resolve("golden");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return copy;
  }

  private static List<String> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }
}
