package io.boathouse.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XgboostToOnnxTest {
  private static final String LEAVES = "[{\"nodeid\":1,\"leaf\":-1},{\"nodeid\":2,\"leaf\":1}]";

  @ParameterizedTest
  @ValueSource(strings = {"depthwise", "lossguide"})
  void theGraphAnswersAsXgboostDoesOnTenThousandRowsWithValuesMissing(String growth)
      throws XGBoostError {
    TrainingData data = SyntheticRows.of(6_000, 3);
    var matrix = new DMatrix(data.values(), data.rows(), data.width(), Float.NaN);
    matrix.setLabel(data.labels());
    Map<String, Object> settings =
        Map.of(
            "objective",
            "binary:logistic",
            "tree_method",
            "hist",
            "max_depth",
            7,
            "eta",
            0.15,
            "nthread",
            1,
            "base_score",
            0.3f,
            "grow_policy",
            growth,
            "max_leaves",
            60);
    Booster booster = XGBoost.train(matrix, settings, 120, Map.of(), null, null);
    List<String> trees = List.of(booster.getModelDump("", false, "json"));
    float margin = (float) Math.log(0.3 / 0.7);
    byte[] graph = XgboostToOnnx.convert(trees, data.width(), margin, Map.of());

    float[] probes = ProbeRows.around(data, trees, 4);
    assertThat(probes).hasSize(10_000 * data.width());
    double onProbes = BoostedTreesTrainer.difference(booster, graph, probes, data.width());
    double onRandom =
        BoostedTreesTrainer.difference(booster, graph, randomRows(data.width()), data.width());
    System.out.printf(
        "%s: max |diff| %.2e on probes, %.2e on random rows%n", growth, onProbes, onRandom);
    assertThat(onProbes).isLessThanOrEqualTo(1e-6);
    assertThat(onRandom).isLessThanOrEqualTo(1e-6);

    byte[] shifted = XgboostToOnnx.convert(trees, data.width(), margin + 0.01f, Map.of());
    assertThat(BoostedTreesTrainer.difference(booster, shifted, probes, data.width()))
        .isGreaterThan(1e-4);
    booster.dispose();
    matrix.dispose();
  }

  @Test
  void aValueAtTheThresholdGoesToNoAndAMissingOneWhereTheTreeSays() {
    assertThat(score(tree("0.5", 1), 0.5f)).isEqualTo(sigmoid(1));
    assertThat(score(tree("0.5", 1), Math.nextDown(0.5f))).isEqualTo(sigmoid(-1));
    assertThat(score(tree("0.5", 1), Float.NaN)).isEqualTo(sigmoid(-1));
    assertThat(score(tree("0.5", 2), Float.NaN)).isEqualTo(sigmoid(1));
    // The float nearest to 0.1 is greater than 0.1: compared as float32 it is not less.
    assertThat(score(tree("0.1", 1), 0.1f)).isEqualTo(sigmoid(1));
  }

  @Test
  void aTreeThatIsOneLeafIsAConstant() {
    byte[] graph =
        XgboostToOnnx.convert(List.of("{\"nodeid\":0,\"leaf\":0.25}"), 1, 0.5f, Map.of());
    try (OnnxScorer scorer = OnnxScorer.open(graph)) {
      assertThat(scorer.score(new float[] {3}, 1)).containsExactly(sigmoid(0.75f));
    }
  }

  // Seen to fail without the set of numbers in XgboostToOnnx.addTree.
  @Test
  void case12_aTreeWhoseBranchesFormACycleIsRefused() {
    String child =
        "{\"nodeid\":1,\"split\":\"f0\",\"split_condition\":1,\"yes\":0,\"no\":2,\"missing\":2,"
            + "\"children\":[{\"nodeid\":0,\"leaf\":1},{\"nodeid\":2,\"leaf\":2}]}";
    assertRefused(
        "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":0.5,\"yes\":1,\"no\":3,\"missing\":1,"
            + "\"children\":["
            + child
            + ",{\"nodeid\":3,\"leaf\":1}]}",
        "cycle");
  }

  // Seen to fail without the comparison with maxNodes in XgboostToOnnx.addTree.
  @Test
  void case12_moreNodesThanAnyModelNeedsAreRefusedBeforeTheyAreBuilt() {
    List<String> trees = Collections.nCopies(1_000_000_000 / 16_383, balanced(0, 13));
    assertThatThrownBy(() -> XgboostToOnnx.collect(trees, 1, 100_000))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("more than 100000 nodes");
  }

  // Seen to fail without the nesting limit of XgboostToOnnx.JSON and the one in addTree.
  @ParameterizedTest
  @ValueSource(ints = {257, 400, 20_000})
  void case12_aTreeDeeperThanAnyIsRefused(int depth) {
    assertRefused(chain(depth), "dee");
  }

  @Test
  void aTreeAtTheLimitOfDepthIsConverted() {
    assertThat(XgboostToOnnx.convert(List.of(chain(256)), 1, 0, Map.of())).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{}",
        "[]",
        "{\"nodeid\":-1,\"leaf\":0}",
        "{\"nodeid\":0,\"leaf\":\"NaN\"}",
        "{\"nodeid\":0,\"leaf\":1e999}",
        "{\"nodeid\":0,\"split\":\"f1\",\"split_condition\":0,\"yes\":1,\"no\":2,\"missing\":1,\"children\":$}",
        "{\"nodeid\":0,\"split\":\"speed\",\"split_condition\":0,\"yes\":1,\"no\":2,\"missing\":1,\"children\":$}",
        "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":[1,2],\"yes\":1,\"no\":2,\"missing\":1,\"children\":$}",
        "{\"nodeid\":0,\"split\":\"f0\",\"yes\":1,\"no\":2,\"missing\":1,\"children\":$}",
        "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":0,\"yes\":1,\"no\":9,\"missing\":1,\"children\":$}",
        "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":0,\"yes\":1,\"no\":1,\"missing\":1,\"children\":$}",
        "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":0,\"yes\":1,\"no\":2,\"missing\":0,\"children\":$}",
        "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":0,\"yes\":1,\"no\":2,\"missing\":1}",
        "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":0,\"yes\":1,\"no\":2,\"missing\":1,"
            + "\"children\":[{\"nodeid\":1,\"leaf\":1}]}"
      })
  void aMalformedTreeIsRefused(String json) {
    assertRefused(json.replace("$", LEAVES), "");
  }

  private static void assertRefused(String tree, String words) {
    var failure =
        catchThrowableOfType(
            LakeException.class, () -> XgboostToOnnx.convert(List.of(tree), 1, 0, Map.of()));
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.reason()).isEqualTo("MALFORMED_TREE_MODEL");
    assertThat(failure).hasMessageContaining(words);
  }

  private static String tree(String threshold, int missing) {
    return "{\"nodeid\":0,\"split\":\"f0\",\"split_condition\":%s,\"yes\":1,\"no\":2,\"missing\":%d,\"children\":%s}"
        .formatted(threshold, missing, LEAVES);
  }

  private static String chain(int depth) {
    var json = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      json.append(
          "{\"nodeid\":%d,\"split\":\"f0\",\"split_condition\":%d,\"yes\":%d,\"no\":%d,\"missing\":%d,\"children\":[{\"nodeid\":%d,\"leaf\":0},"
              .formatted(2 * i, i, 2 * i + 1, 2 * i + 2, 2 * i + 1, 2 * i + 1));
    }
    return json.append("{\"nodeid\":%d,\"leaf\":1}".formatted(2 * depth))
        .append("]}".repeat(depth))
        .toString();
  }

  private static String balanced(int number, int levels) {
    if (levels == 0) {
      return "{\"nodeid\":%d,\"leaf\":0}".formatted(number);
    }
    int yes = 2 * number + 1;
    return "{\"nodeid\":%d,\"split\":\"f0\",\"split_condition\":0,\"yes\":%d,\"no\":%d,\"missing\":%d,\"children\":[%s,%s]}"
        .formatted(
            number, yes, yes + 1, yes, balanced(yes, levels - 1), balanced(yes + 1, levels - 1));
  }

  private static float score(String tree, float value) {
    try (OnnxScorer scorer =
        OnnxScorer.open(XgboostToOnnx.convert(List.of(tree), 1, 0, Map.of()))) {
      return scorer.score(new float[] {value}, 1)[0];
    }
  }

  private static float sigmoid(float logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }

  private static float[] randomRows(int width) {
    var random = new SplittableRandom(8);
    float[] rows = new float[10_000 * width];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          random.nextInt(10) == 0
              ? Float.NaN
              : (float) (random.nextDouble(-2, 2) * Math.pow(10, random.nextInt(5)));
    }
    return rows;
  }
}
