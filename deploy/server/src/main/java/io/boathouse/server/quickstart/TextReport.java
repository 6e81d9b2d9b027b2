package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.quickstart.TrainingPart.Trained;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The short report at the end. */
final class TextReport {
  private TextReport() {}

  static void print(PrintWriter out, Findings found, Checks checks, Duration elapsed) {
    String rule = "-".repeat(88);
    out.println();
    out.println(rule);
    models(out, found);
    out.println(rule);
    Trained champion = found.compared().champion();
    for (Trained naive : found.compared().naive()) {
      out.printf(
          Locale.ROOT, "%-44s %20s %20s%n", "AUC on June", "a notebook claims", "production gives");
      out.printf(
          Locale.ROOT,
          "%-44s %20.3f %20.3f%n",
          "naive join (delay known at departure)",
          naive.metric("test.auc"),
          naive.metric("served.auc"));
    }
    out.printf(
        Locale.ROOT,
        "%-44s %20.3f %20.3f%n",
        "point-in-time join (known when landed)",
        champion.metric("test.auc"),
        champion.metric("test.auc"));
    ServingPart.Day day = found.day();
    out.printf(
        Locale.ROOT,
        "30 June replayed: %,d of %,d vectors and %,d of %,d scores equal offline bit for bit%n",
        day.vectors(),
        day.answers().size(),
        day.scores(),
        day.answers().size());
    out.printf(
        Locale.ROOT,
        "Latency of a prediction with 36 looked-up features: p50 %.2f ms, p99 %.2f ms%n",
        day.latency(0.5),
        day.latency(0.99));
    out.println(PolicyPart.line(found.shown()));
    out.println("why: " + why(found.why()));
    out.printf(
        Locale.ROOT,
        "%d promises held, %d did not, in %.0f s%n",
        checks.held(),
        checks.failures().size(),
        elapsed.toMillis() / 1000.0);
    checks.failures().forEach(failure -> out.println("  NOT AS PROMISED: " + failure));
    out.println(rule);
    out.flush();
  }

  /** The way from the prediction to the flights file, in one line. */
  private static String why(JsonNode why) {
    List<String> names = new ArrayList<>();
    for (JsonNode step : why.path("steps")) {
      String name = step.path("name").asText();
      String type = step.path("type").asText().toLowerCase(Locale.ROOT).replace('_', ' ');
      boolean digits = name.matches("[0-9a-f]{32}|[0-9a-f-]{36}");
      names.add(digits ? type + " " + name.substring(0, 8) : name);
      if (type.equals("file")) {
        break;
      }
    }
    return String.join(" <- ", names);
  }

  private static void models(PrintWriter out, Findings found) {
    out.printf(
        Locale.ROOT,
        "%-32s %8s %17s %8s %9s %8s%n",
        "June, each model once",
        "AUC",
        "95 % by days",
        "AP",
        "log loss",
        "Brier");
    for (Trained model : found.compared().models()) {
      out.printf(
          Locale.ROOT,
          "%-32s %8.4f  [%6.4f, %6.4f] %8.4f %9.4f %8.4f%n",
          model.plan().title(),
          model.metric("test.auc"),
          model.metric("test.auc_low"),
          model.metric("test.auc_high"),
          model.metric("test.average_precision"),
          model.metric("test.log_loss"),
          model.metric("test.brier"));
    }
    out.printf(
        Locale.ROOT,
        "Largest gap between predicted and observed over the deciles: %.3f; ONNX differs from"
            + " XGBoost by at most %.1e%n",
        found.largestGap(),
        found.compared().champion().metric("conversion.max_abs_diff"));
  }
}
