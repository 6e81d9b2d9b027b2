package io.boathouse.training.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows on which a converted model is most likely to differ: every value is, by lot, one from the
 * training rows, a threshold of some tree, the float next to one, or missing.
 */
final class ProbeRows {
  static final int COUNT = 10_000;
  private static final int MAX_THRESHOLDS = 100_000;
  private static final Pattern SPLIT =
      Pattern.compile("\"split\":\\s*\"f(\\d+)\",\\s*\"split_condition\":\\s*([-+.0-9eE]+)");

  private ProbeRows() {}

  /** Rows for a model of {@code trees} as XGBoost dumps them in JSON. */
  static float[] around(TrainingData data, List<String> trees, long seed) {
    int width = data.width();
    List<List<Float>> thresholds = thresholds(trees, width);
    var random = new SplittableRandom(seed);
    float[] rows = new float[COUNT * width];
    for (int cell = 0; cell < rows.length; cell++) {
      List<Float> known = thresholds.get(cell % width);
      int lot = random.nextInt(100);
      if (lot < 12) {
        rows[cell] = Float.NaN;
      } else if (lot < 50 || known.isEmpty()) {
        rows[cell] = data.value(random.nextInt(data.rows()), cell % width);
      } else {
        float threshold = known.get(random.nextInt(known.size()));
        rows[cell] =
            switch (random.nextInt(3)) {
              case 0 -> threshold;
              case 1 -> Math.nextUp(threshold);
              default -> Math.nextDown(threshold);
            };
      }
    }
    return rows;
  }

  private static List<List<Float>> thresholds(List<String> trees, int width) {
    var thresholds = new ArrayList<List<Float>>();
    for (int feature = 0; feature < width; feature++) {
      thresholds.add(new ArrayList<>());
    }
    int found = 0;
    for (String tree : trees) {
      Matcher split = SPLIT.matcher(tree);
      while (found < MAX_THRESHOLDS && split.find()) {
        thresholds.get(Integer.parseInt(split.group(1))).add(Float.parseFloat(split.group(2)));
        found++;
      }
    }
    return thresholds;
  }
}
