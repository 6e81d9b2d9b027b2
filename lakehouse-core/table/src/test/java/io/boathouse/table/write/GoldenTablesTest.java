package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that Delta Spark wrote, read as Delta Kernel's own reader reads them, or refused. */
class GoldenTablesTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "basic-decimal-table-legacy",
        "data-reader-primitives",
        "data-reader-array-complex-objects",
        "data-reader-nested-struct",
        "data-reader-date-types-JST",
        "data-reader-escaped-chars",
        "data-skipping-basic-stats-all-types-columnmapping-id",
        "data-skipping-basic-stats-all-types-columnmapping-name",
        "dv-with-columnmapping",
        "log-replay-dv-key-cases",
        "log-replay-latest-metadata-protocol",
        "only-checkpoint-files",
        "kernel-timestamp-partition-col-ISO8601",
        "parquet-all-types",
        "hive/deltatbl-special-chars-in-partition-column"
      })
  void isReadAsKernelReadsIt(String name) throws Exception {
    Path folder = golden(name);
    List<String> expected = KernelReads.rows(folder);

    assertThat(expected).isNotEmpty();
    assertThat(OurReads.rows(table(folder))).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void nestedValuesAreRead() throws Exception {
    LooseTable table = table(golden("data-reader-array-complex-objects"));

    assertThat(
            table.rows(
                "SELECT list_of_records[1].val, \"4d_int_list\"[1][1][1][1] FROM t WHERE i = 3"))
        .containsExactly("3|3");
  }

  /** Seen to fail when files with deletion vectors were read like others: 50 rows. */
  @Test
  void rowsThatADeletionVectorMarksAreGone() throws Exception {
    LooseTable table = table(golden("dv-with-columnmapping"));

    assertThat(table.log().latest().files()).anyMatch(file -> file.deletedRows().isPresent());
    assertThat(table.count()).isEqualTo(35);
    assertThat(
            table.log().latest().files().stream()
                .mapToLong(file -> file.rows().orElseThrow())
                .sum())
        .isEqualTo(35);
  }

  @ParameterizedTest
  @CsvSource({
    "collations-table, UNSUPPORTED, UTF8_LCASE",
    "deltalog-invalid-protocol-version, UNSUPPORTED, version 99",
    "deltalog-state-reconstruction-without-protocol, FAILED_PRECONDITION, protocol"
  })
  void isRefusedWithItsReason(String name, ErrorCode code, String reason) throws Exception {
    Path folder = golden(name);
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> table(folder).log().latest());

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.message()).contains(reason).doesNotContain(temp.toString());
  }

  /** Seen to fail, with rows nobody can read, without the check of the mapping in DeltaWriter. */
  @Test
  void case78_aTableWithAWriterFeatureThatWeLackIsNotWritten() throws Exception {
    LooseTable table = table(golden("data-skipping-basic-stats-all-types-columnmapping-name"));
    long version = table.log().latest().version();
    List<String> before = filesOf(temp);
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> table.append("SELECT 1::INTEGER AS as_int"));

    assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(failure.message()).contains("column mapping");
    assertThat(table.reopened().log().latest().version()).isEqualTo(version);
    assertThat(filesOf(temp)).isEqualTo(before);
  }

  private LooseTable table(Path folder) {
    return new LooseTable(new LocalFileStore(folder), temp);
  }

  private Path golden(String name) throws IOException, URISyntaxException {
    URL resource = GoldenTablesTest.class.getResource("/delta-golden/" + name);
    Path source = Path.of(resource.toURI());
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
