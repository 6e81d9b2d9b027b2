package io.boathouse.training.evaluate;

import io.boathouse.training.evaluate.PermutationImportance.Importance;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Pictures of an evaluation as PNG bytes, 960 by 720. Needs a font on the machine. */
public final class EvaluationPlots {
  private static final int MAX_BARS = 20;

  private EvaluationPlots() {}

  /**
   * Predicted against observed share by decile; a model that keeps its word lies on the diagonal.
   */
  public static byte[] calibration(String title, Calibration calibration) {
    return drawn(() -> drawCalibration(title, calibration));
  }

  /** True against false positive rate. */
  public static byte[] roc(String title, RocCurve curve, double auc) {
    return drawn(() -> drawRoc(title, curve, auc));
  }

  /** The most important features as bars. */
  public static byte[] importance(String title, List<Importance> importances) {
    return drawn(() -> drawImportance(title, importances));
  }

  private static byte[] drawCalibration(String title, Calibration calibration) {
    List<Calibration.Bin> bins = calibration.bins();
    double highest = 0.1;
    for (Calibration.Bin bin : bins) {
      highest = Math.max(highest, Math.max(bin.predicted(), bin.observed()));
    }
    Axis x = Axis.around("predicted probability (mean of decile)", 0, highest);
    Axis y = Axis.around("observed share", 0, highest);
    var chart = new Chart(title, 110, x, y);
    chart.drawAxes();
    chart.drawLine(Chart.GREY, true, new double[] {0, x.high()}, new double[] {0, x.high()});
    chart.drawLine(
        Chart.BLUE,
        false,
        bins.stream().mapToDouble(Calibration.Bin::predicted).toArray(),
        bins.stream().mapToDouble(Calibration.Bin::observed).toArray());
    for (Calibration.Bin bin : bins) {
      chart.drawPoint(Chart.BLUE, bin.predicted(), bin.observed());
    }
    String error =
        String.format(Locale.ROOT, "model, calibration error %.4f", calibration.expectedError());
    chart.drawLegend(
        0.03,
        0.03,
        List.of(
            new Chart.Entry(error, Chart.BLUE, false),
            new Chart.Entry("perfectly calibrated", Chart.GREY, true)));
    return chart.png();
  }

  private static byte[] drawRoc(String title, RocCurve curve, double auc) {
    Axis x = Axis.around("false positive rate", 0, 1);
    Axis y = Axis.around("true positive rate", 0, 1);
    var chart = new Chart(title, 110, x, y);
    chart.drawAxes();
    chart.drawLine(Chart.GREY, true, new double[] {0, 1}, new double[] {0, 1});
    chart.drawLine(
        Chart.BLUE,
        false,
        curve.points().stream().mapToDouble(RocCurve.Point::falsePositiveRate).toArray(),
        curve.points().stream().mapToDouble(RocCurve.Point::truePositiveRate).toArray());
    chart.drawLegend(
        0.56,
        0.8,
        List.of(
            new Chart.Entry(String.format(Locale.ROOT, "model, AUC %.4f", auc), Chart.BLUE, false),
            new Chart.Entry("chance, AUC 0.5", Chart.GREY, true)));
    return chart.png();
  }

  private static byte[] drawImportance(String title, List<Importance> importances) {
    List<Importance> shown = importances.subList(0, Math.min(MAX_BARS, importances.size()));
    double high = shown.stream().mapToDouble(Importance::value).max().orElse(0);
    double low = shown.stream().mapToDouble(Importance::value).min().orElse(0);
    Axis round =
        Axis.around(
            "loss of AUC when the feature is shuffled",
            Math.min(0, low),
            Math.max(1e-4, high * 1.12));
    Axis x = new Axis(round.name(), round.low(), round.high(), round.step(), round.decimals() + 1);
    var chart = new Chart(title, 300, x, Axis.bare());
    chart.drawAxes();
    for (int i = 0; i < shown.size(); i++) {
      Importance importance = shown.get(i);
      chart.drawBar(
          importance.value() < 0 ? Chart.ORANGE : Chart.BLUE,
          i,
          shown.size(),
          importance.feature(),
          importance.value());
    }
    return chart.png();
  }

  /** A machine without fontconfig fails with an Error of the font system; make it one of ours. */
  private static byte[] drawn(Supplier<byte[]> plot) {
    try {
      return plot.get();
    } catch (LinkageError | InternalError | IllegalStateException | NullPointerException e) {
      throw EvaluationErrors.undrawable(e);
    }
  }
}
