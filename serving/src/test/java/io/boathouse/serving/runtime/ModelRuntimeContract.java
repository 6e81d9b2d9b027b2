package io.boathouse.serving.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every runtime keeps to, shown with a model of one matrix {@code input} of three columns. */
abstract class ModelRuntimeContract {
  static final int WIDTH = 3;
  private ModelRuntime runtime;

  /** A fresh model of three float32 columns and one output {@code probability}. */
  abstract ModelRuntime open();

  @BeforeEach
  void openIt() {
    runtime = open();
  }

  @AfterEach
  void closeIt() {
    runtime.close();
  }

  @Test
  void describesItsTensors() {
    assertThat(runtime.inputs())
        .containsExactly(new TensorSpec("input", Datatype.FP32, List.of(-1L, (long) WIDTH)));
    assertThat(runtime.outputs())
        .containsExactly(new TensorSpec("probability", Datatype.FP32, List.of(-1L, 1L)));
    assertThat(runtime.platform()).isNotBlank();
  }

  @Test
  void aRowScoresTheSameBitsAloneAndInABatch() {
    int rows = 257;
    float[] values = values(rows);
    float[] together = score(values, rows);
    for (int row = 0; row < rows; row++) {
      float[] alone = score(Arrays.copyOfRange(values, row * WIDTH, (row + 1) * WIDTH), 1);
      assertThat(Float.floatToRawIntBits(alone[0]))
          .as("row %d", row)
          .isEqualTo(Float.floatToRawIntBits(together[row]));
    }
  }

  @Test
  void manyThreadsGetWhatOneGets() {
    float[] values = values(64);
    float[] expected = score(values, 64);
    List<float[]> found =
        IntStream.range(0, 64).parallel().mapToObj(i -> score(values, 64)).toList();
    assertThat(found).allSatisfy(scores -> assertThat(scores).isEqualTo(expected));
  }

  @Test
  void anotherNameTypeOrShapeIsRefusedAndNamed() {
    assertThat(refused(Tensor.matrix("other", new float[WIDTH], 1, WIDTH)).details())
        .containsEntry("field", "inputs");
    assertThat(refused(Tensor.matrix("input", new float[2], 1, 2)).details())
        .containsEntry("field", "input")
        .containsEntry("value", "[1, 2]");
    var doubles = new Tensor("input", Datatype.FP64, List.of(1L, (long) WIDTH), new double[WIDTH]);
    assertThat(refused(doubles).details()).containsEntry("expected", "FP32");
  }

  private LakeException refused(Tensor tensor) {
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> runtime.infer(List.of(tensor)));
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    return failure;
  }

  private float[] score(float[] values, int rows) {
    List<Tensor> outputs = runtime.infer(List.of(Tensor.matrix("input", values, rows, WIDTH)));
    assertThat(outputs).hasSize(1);
    return (float[]) outputs.getFirst().data();
  }

  private static float[] values(int rows) {
    var random = new SplittableRandom(7);
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 20 - 10);
    }
    return values;
  }
}
