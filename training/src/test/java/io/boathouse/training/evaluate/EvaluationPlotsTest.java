package io.boathouse.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.training.evaluate.PermutationImportance.Importance;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class EvaluationPlotsTest {
  @Test
  void everyPlotIsAReadablePictureThatShowsItsDataInColour() throws IOException {
    var random = new SplittableRandom(21);
    float[] p = new float[20_000];
    float[] y = new float[20_000];
    for (int i = 0; i < p.length; i++) {
      double logit = random.nextDouble() * 5 - 4;
      p[i] = (float) (1 / (1 + Math.exp(-1.3 * logit)));
      y[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    }
    ScoredRows scored = ScoredRows.of(p, y);
    var importances = new ArrayList<Importance>();
    for (int i = 0; i < 14; i++) {
      importances.add(new Importance("origin_late_share_" + i + "h", 0.08 / (1 + i) - 0.006));
    }
    importances.add(
        new Importance("a_feature_with_a_name_that_is_far_too_long_for_a_plot", -0.001));
    keep("calibration", EvaluationPlots.calibration("Calibration on test", Calibration.of(scored)));
    keep(
        "roc",
        EvaluationPlots.roc("ROC on test", RocCurve.of(scored), BinaryMetrics.of(scored).auc()));
    keep("importance", EvaluationPlots.importance("Feature importance on test", importances));
  }

  @Test
  void oneClassOrNoFeatureStillDraws() throws IOException {
    ScoredRows scored = ScoredRows.of(new float[] {0.2f, 0.2f}, new float[] {0, 0});
    EvaluationPlots.calibration("c", Calibration.of(scored));
    EvaluationPlots.roc("r", RocCurve.of(scored), Double.NaN);
    assertThat(ImageIO.read(new ByteArrayInputStream(EvaluationPlots.importance("i", List.of()))))
        .isNotNull();
  }

  @Test
  void ticksAreRoundAndEncloseTheRange() {
    assertThat(Axis.around("", 0, 1).ticks()).hasSize(6).startsWith(0.0).endsWith(1.0);
    Axis axis = Axis.around("", -0.003, 0.0871);
    assertThat(axis.low()).isLessThanOrEqualTo(-0.003);
    assertThat(axis.high()).isGreaterThanOrEqualTo(0.0871);
    assertThat(axis.ticks().stream().map(axis::label)).contains("0.00", "0.02");
  }

  private static void keep(String name, byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(960);
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        colours.add(image.getRGB(x, y));
      }
    }
    assertThat(colours).contains(Chart.BLUE.getRGB());
    Path folder = Path.of("target", "plots");
    Files.createDirectories(folder);
    Files.write(folder.resolve(name + ".png"), png);
  }
}
