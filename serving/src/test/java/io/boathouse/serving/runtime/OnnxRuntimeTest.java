package io.boathouse.serving.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRuntimeTest extends ModelRuntimeContract {
  @Override
  ModelRuntime open() {
    return OnnxRuntime.load("linear", OnnxModels.linear(0.5f, 1, -2, 0.25f));
  }

  @Test
  void scoresWhatTheGraphSays() {
    try (ModelRuntime runtime = open()) {
      Tensor output =
          runtime
              .infer(List.of(Tensor.matrix("input", new float[] {1, 2, 4, 0, 0, Float.NaN}, 2, 3)))
              .getFirst();
      assertThat((float[]) output.data()).containsExactly(-1.5f, Float.NaN);
      assertThat(output.shape()).containsExactly(2L, 1L);
    }
  }

  @Test
  void textAndWholeNumbersPassExactlyThroughAModelOfSeveralOutputs() {
    try (ModelRuntime runtime = OnnxRuntime.load("words", OnnxModels.wordAndCount())) {
      long large = (1L << 53) + 1;
      List<Tensor> outputs =
          runtime.infer(
              List.of(
                  new Tensor("word", Datatype.BYTES, List.of(2L, 1L), new String[] {"ä", "\""}),
                  new Tensor("count", Datatype.INT64, List.of(2L, 1L), new long[] {large, -1})));
      assertThat((String[]) outputs.get(0).data()).containsExactly("ä", "\"");
      assertThat((long[]) outputs.get(1).data()).containsExactly(large + 1, 0);
    }
  }

  /** Seen to load (and read the named file) without {@code requireSelfContained} in load. */
  @ParameterizedTest
  @ValueSource(strings = {"weights.bin", "../../secret", "/etc/passwd"})
  void case11_weightsInAnotherFileAreRefused(String location) {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                OnnxRuntime.load("outside", OnnxModels.linearWithExternalWeights(location, WIDTH)));
    assertThat(failure.reason()).isEqualTo("MODEL_HAS_EXTERNAL_DATA");
    assertThat(failure.message()).contains("outside", location);
  }

  @Test
  void whatIsNoModelIsRefusedAndNamed() {
    byte[] whole = OnnxModels.linear(0, 1, 1, 1);
    for (byte[] broken :
        List.of(
            new byte[0],
            "no model at all".getBytes(StandardCharsets.UTF_8),
            Arrays.copyOf(whole, whole.length / 2))) {
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> OnnxRuntime.load("broken", broken));
      assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
      assertThat(failure.message()).contains("'broken'");
    }
  }

  @Test
  void aClosedModelSaysThatAskingAgainHelps() {
    ModelRuntime runtime = open();
    runtime.close();
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> runtime.infer(List.of(Tensor.matrix("input", new float[3], 1, 3))));
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure.reason()).isEqualTo(ModelRuntime.UNLOADED);
  }
}
