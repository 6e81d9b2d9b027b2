package io.boathouse.serving.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

class TribuoRuntimeTest extends ModelRuntimeContract {
  private static final List<String> FEATURES = List.of("c", "a", "b");
  private static final byte[] TREE = tree();

  @Override
  ModelRuntime open() {
    return TribuoRuntime.load("tree", TREE, encoding("1"));
  }

  /** A tree that learned: late when a is above 5, whatever the rest. */
  private static byte[] tree() {
    var factory = new LabelFactory();
    var source =
        new SimpleDataSourceProvenance(
            "rows", OffsetDateTime.parse("2026-01-01T00:00:00Z"), factory);
    var dataset = new MutableDataset<Label>(source, factory);
    var random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      double a = random.nextDouble() * 10;
      dataset.add(
          new ArrayExample<>(
              new Label(a > 5 ? "1" : "0"),
              new String[] {"a", "b", "c"},
              new double[] {a, random.nextDouble(), random.nextDouble()}));
    }
    return new CARTClassificationTrainer(4).train(dataset).serialize().toByteArray();
  }

  private static TribuoRuntime.Encoding encoding(String positive) {
    return new TribuoRuntime.Encoding(FEATURES, List.of(0f, 9f, 0f), positive);
  }

  @Test
  void aMissingValueIsReplacedByTheColumnsOwnFill() {
    try (ModelRuntime runtime = open()) {
      float[] rows = {0, Float.NaN, 0, 0, 1, 0, Float.NaN, 9, Float.NaN};
      float[] found =
          (float[]) runtime.infer(List.of(Tensor.matrix("input", rows, 3, 3))).getFirst().data();
      assertThat(found).containsExactly(1f, 0f, 1f);
    }
  }

  @Test
  void aLabelThatTheModelDoesNotKnowIsRefused() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> TribuoRuntime.load("tree", TREE, encoding("late")));
    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(failure.message()).contains("late");
  }

  @Test
  void whatIsNoModelIsRefusedAndNamed() {
    for (String broken : List.of("", "no model")) {
      LakeException failure =
          catchThrowableOfType(
              LakeException.class,
              () ->
                  TribuoRuntime.load(
                      "broken", broken.getBytes(StandardCharsets.UTF_8), encoding("1")));
      assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
      assertThat(failure.message()).contains("'broken'");
    }
  }
}
