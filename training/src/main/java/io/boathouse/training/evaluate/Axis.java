package io.boathouse.training.evaluate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** A linear axis of a chart: its name, its range and where its ticks stand. */
record Axis(String name, double low, double high, double step, int decimals) {
  /**
   * An axis from at or below {@code low} to at or above {@code high} with about five round ticks.
   */
  static Axis around(String name, double low, double high) {
    double span = high > low ? high - low : 1;
    double raw = span / 5;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double fraction = raw / power;
    double step = power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    return new Axis(
        name,
        Math.floor(low / step + 1e-9) * step,
        Math.ceil((high > low ? high : low + 1) / step - 1e-9) * step,
        step,
        decimals);
  }

  /** An axis without ticks, for bars that carry their own names. */
  static Axis bare() {
    return new Axis("", 0, 1, 0, 0);
  }

  double share(double value) {
    return (value - low) / (high - low);
  }

  List<Double> ticks() {
    var ticks = new ArrayList<Double>();
    int count = step == 0 ? -1 : (int) Math.round((high - low) / step);
    for (int i = 0; i <= count; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }

  String label(double value) {
    BigDecimal rounded = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? rounded.abs().toPlainString() : rounded.toPlainString();
  }
}
