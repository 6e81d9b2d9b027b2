package io.boathouse.featurestore.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingMatrixTest {
  private static final List<MatrixColumn> COLUMNS =
      List.of(
          MatrixColumn.feature("distance"), MatrixColumn.label("late"), MatrixColumn.group("day"));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("train.bhm");
  }

  @Test
  void whatIsWrittenInBatchesAndRowsIsReadBackByColumn() {
    int rows = 10_001;
    double[][] expected = randomColumns(rows);
    try (var writer = TrainingMatrixWriter.create(file, COLUMNS, rows, Map.of("spec", "3"))) {
      writer.append(expected, 1_000);
      for (int row = 1_000; row < rows; row++) {
        writer.appendRow(new double[] {expected[0][row], expected[1][row], expected[2][row]});
      }
      writer.finish();
    }
    try (var matrix = TrainingMatrix.open(file)) {
      assertThat(matrix.rows()).isEqualTo(rows);
      assertThat(matrix.columns()).isEqualTo(COLUMNS);
      assertThat(matrix.attributes()).containsExactly(Map.entry("spec", "3"));
      assertThat(matrix.toArray("distance")).isEqualTo(expected[0]);
      assertThat(matrix.toArray("late")).isEqualTo(expected[1]);
      assertThat(matrix.toArray("day")).isEqualTo(expected[2]);
      double[] part = new double[5];
      matrix.read("distance", rows - 3, part, 1, 3);
      assertThat(part)
          .isEqualTo(
              new double[] {
                0, expected[0][rows - 3], expected[0][rows - 2], expected[0][rows - 1], 0
              });
      assertThat(matrix.value("day", 7)).isEqualTo(expected[2][7]);
    }
  }

  @Test
  void nullIsNotANumberAndSurvivesBitForBit() {
    write(new double[][] {{Double.NaN, -0.0, Double.MIN_VALUE}, {0, 1, 0}, {1, 1, 2}});
    try (var matrix = TrainingMatrix.open(file)) {
      assertThat(matrix.value("distance", 0)).isNaN();
      assertThat(Double.doubleToRawLongBits(matrix.value("distance", 1)))
          .isEqualTo(Double.doubleToRawLongBits(-0.0));
      assertThat(matrix.value("distance", 2)).isEqualTo(Double.MIN_VALUE);
    }
  }

  @Test
  void theLayoutIsTheDocumentedOne() throws IOException {
    write(new double[][] {{1.5, 2.5}, {0, 1}, {20, 21}});
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("BHMATRIX");
    assertThat(bytes.getInt()).isEqualTo(1);
    byte[] json = new byte[bytes.getInt()];
    bytes.get(json);
    assertThat(new String(json, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"rows\":2,\"columns\":[{\"name\":\"distance\",\"type\":\"double\",\"role\":\"feature\"},"
                + "{\"name\":\"late\",\"type\":\"double\",\"role\":\"label\"},"
                + "{\"name\":\"day\",\"type\":\"long\",\"role\":\"group\"}],\"attributes\":{}}");
    bytes.position((bytes.position() + 63) / 64 * 64);
    double[] data = new double[6];
    bytes.asDoubleBuffer().get(data);
    assertThat(data).containsExactly(1.5, 2.5, 0, 1, 20, 21);
    assertThat(bytes.remaining()).isEqualTo(6 * Double.BYTES);
  }

  @Test
  void theSameRowsGiveTheSameDigest() {
    write(new double[][] {{1, 2}, {0, 1}, {20, 21}});
    String first;
    try (var matrix = TrainingMatrix.open(file)) {
      first = matrix.sha256();
    }
    write(new double[][] {{1, 2}, {0, 1}, {20, 21}});
    try (var matrix = TrainingMatrix.open(file)) {
      assertThat(matrix.sha256()).isEqualTo(first).hasSize(64);
    }
    write(new double[][] {{1, 3}, {0, 1}, {20, 21}});
    try (var matrix = TrainingMatrix.open(file)) {
      assertThat(matrix.sha256()).isNotEqualTo(first);
    }
  }

  @Test
  void anEmptyTrainingSetIsAFileToo() {
    write(new double[][] {{}, {}, {}});
    try (var matrix = TrainingMatrix.open(file)) {
      assertThat(matrix.rows()).isZero();
      assertThat(matrix.toArray("late")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 15, 16, 60, 200, -1, -8})
  void aTruncatedFileIsRefused(int length) throws IOException {
    write(new double[][] {{1, 2}, {0, 1}, {20, 21}});
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
    assertMalformed();
  }

  @Test
  void bytesAfterTheLastColumnAreRefused() throws IOException {
    write(new double[][] {{1, 2}, {0, 1}, {20, 21}});
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 8));
    assertMalformed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rows\":3,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":-1,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":2305843009213693952,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":9223372036854775807,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":99999999999999999999,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":2,\"rows\":1,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":1,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"},"
            + "{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":2,\"columns\":[{\"name\":\"x\",\"type\":\"complex\",\"role\":\"feature\"}]}",
        "{\"rows\":2,\"columns\":[{\"type\":\"double\",\"role\":\"feature\"}]}",
        "{\"rows\":2,\"columns\":[]}",
        "{\"rows\":2}",
        "[]",
        "not json"
      })
  void aHeaderThatLiesOrIsNoHeaderIsRefused(String json) throws IOException {
    writeRaw("BHMATRIX", 1, json.length(), json, 16);
    assertMalformed();
  }

  @Test
  void foreignFilesOtherFormatsAndImpossibleHeaderLengthsAreRefused() throws IOException {
    String json =
        "{\"rows\":2,\"columns\":[{\"name\":\"x\",\"type\":\"double\",\"role\":\"feature\"}]}";
    writeRaw("BHMATRIX", 1, json.length(), json, 16);
    try (var matrix = TrainingMatrix.open(file)) {
      assertThat(matrix.rows()).isEqualTo(2);
    }
    writeRaw("PAR1PAR1", 1, json.length(), json, 16);
    assertMalformed();
    writeRaw("BHMATRIX", 2, json.length(), json, 16);
    assertMalformed();
    writeRaw("BHMATRIX", 1, -1, json, 16);
    assertMalformed();
    writeRaw("BHMATRIX", 1, Integer.MAX_VALUE, json, 16);
    assertMalformed();
  }

  @Test
  void aMissingFileIsNotFound() {
    var failure =
        catchThrowableOfType(
            LakeException.class, () -> TrainingMatrix.open(folder.resolve("none")));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void fewerOrMoreRowsThanPromisedLeaveNothingBehind() throws IOException {
    try (var writer = TrainingMatrixWriter.create(file, COLUMNS, 2, Map.of())) {
      writer.appendRow(new double[] {1, 0, 3});
      assertThatThrownBy(writer::finish)
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("2 rows and got 1");
    }
    try (var writer = TrainingMatrixWriter.create(file, COLUMNS, 1, Map.of())) {
      assertThatThrownBy(() -> writer.append(new double[][] {{1, 2}, {0, 1}, {3, 3}}, 2))
          .isInstanceOf(LakeException.class);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void anUnfinishedFileNeverReplacesAFinishedOne() {
    write(new double[][] {{1, 2}, {0, 1}, {20, 21}});
    try (var writer = TrainingMatrixWriter.create(file, COLUMNS, 1, Map.of())) {
      writer.appendRow(new double[] {9, 0, 3});
    }
    try (var matrix = TrainingMatrix.open(file)) {
      assertThat(matrix.toArray("distance")).containsExactly(1, 2);
    }
  }

  @Test
  void valuesThatTheColumnsTypeCannotHoldAreRefusedByName() {
    for (double value : new double[] {0.5, 1e17, Double.POSITIVE_INFINITY}) {
      try (var writer = TrainingMatrixWriter.create(file, COLUMNS, 1, Map.of())) {
        assertThatThrownBy(() -> writer.append(new double[][] {{1}, {0}, {value}}, 1))
            .isInstanceOf(LakeException.class)
            .hasMessageContaining("columns.day");
      }
    }
  }

  @Test
  void anUnknownColumnIsRefusedWithTheNamesThereAre() {
    write(new double[][] {{1, 2}, {0, 1}, {20, 21}});
    try (var matrix = TrainingMatrix.open(file)) {
      assertThatThrownBy(() -> matrix.value("delay", 0))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("'delay'")
          .hasMessageContaining("distance, late, day");
      assertThatThrownBy(() -> matrix.value("late", 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> matrix.read("distance", 1, new double[2], 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private void assertMalformed() {
    var failure = catchThrowableOfType(LakeException.class, () -> TrainingMatrix.open(file));
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.details()).containsEntry("value", "train.bhm");
  }

  private void write(double[][] columns) {
    try (var writer = TrainingMatrixWriter.create(file, COLUMNS, columns[0].length, Map.of())) {
      writer.append(columns, columns[0].length);
      writer.finish();
    }
  }

  private void writeRaw(String magic, int format, int length, String json, int dataBytes)
      throws IOException {
    int offset = (16 + json.length() + 63) / 64 * 64;
    ByteBuffer bytes = ByteBuffer.allocate(offset + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(magic.getBytes(StandardCharsets.US_ASCII)).putInt(format).putInt(length);
    bytes.put(json.getBytes(StandardCharsets.UTF_8));
    Files.write(file, bytes.array());
  }

  private static double[][] randomColumns(int rows) {
    var random = new SplittableRandom(7);
    double[][] columns = new double[3][rows];
    for (int row = 0; row < rows; row++) {
      columns[0][row] = random.nextInt(10) == 0 ? Double.NaN : random.nextDouble() * 1e6;
      columns[1][row] = random.nextInt(2);
      columns[2][row] = Math.floorDiv(row, 100);
    }
    return columns;
  }
}
