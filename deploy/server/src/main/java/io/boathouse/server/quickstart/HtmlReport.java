package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.quickstart.TrainingPart.Trained;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;

/** The same as a page of its own, with the calibration plot and the lineage. */
final class HtmlReport {
  private HtmlReport() {}

  static void write(Path file, Findings found, Narrator narrator) throws IOException {
    String page =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Boathouse quickstart</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b2733 }
        table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .3rem .8rem; border-bottom: 1px solid #d5dde5; text-align: right }
        td:first-child, th:first-child { text-align: left } img { max-width: 34rem }
        ol.lineage { list-style: none; padding: 0 } ol.lineage li { border: 1px solid #7c93a8; border-radius: .4rem; padding: .4rem .8rem; margin: 0 0 1.3rem; position: relative; overflow-wrap: anywhere }
        ol.lineage li + li::before { content: "\\2191"; position: absolute; top: -1.45rem; left: 1rem } small { color: #5b6b7a }
        .bad { color: #a4161a }
        </style></head><body>
        <h1>Will it land more than 15 minutes late?</h1>
        <p>A flight's delay is known when it has landed, taken as 55 minutes and a minute for every 7.5 miles after it left. What is still in the air teaches nothing.</p>
        <h2>Naive against honest</h2>%s
        <h2>June, each model once</h2>%s
        <h2>Calibration</h2><p><img alt="Predicted against observed share of late flights by decile" src="data:image/png;base64,%s"></p>
        <h2>30 June, replayed</h2>%s
        <h2>Why <code>%s</code></h2><ol class="lineage">%s</ol>
        <h2>As an agent's tool</h2><p>With the grant: <code>%s</code></p><p>Without it: <code class="bad">%s</code></p>
        <h2>One rule, every door</h2><p>%s.</p><ul>%s</ul><p>The files: <code class="bad">%s</code></p>
        <h2>What took how long</h2>%s
        </body></html>
        """
            .formatted(
                naive(found),
                models(found),
                Base64.getEncoder().encodeToString(found.calibrationPlot()),
                day(found.day()),
                escaped(found.prediction()),
                lineage(found.why()),
                escaped(found.told().answer()),
                escaped(found.told().denial()),
                escaped(PolicyPart.line(found.shown())),
                sentences(found.shown()),
                escaped(found.shown().files()),
                times(narrator));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, page, StandardCharsets.UTF_8);
  }

  private static String naive(Findings found) {
    Trained champion = found.compared().champion();
    StringBuilder rows = new StringBuilder();
    for (Trained naive : found.compared().naive()) {
      rows.append(row("naive join", number(naive, "test.auc"), number(naive, "served.auc")));
    }
    rows.append(
        row("point-in-time join", number(champion, "test.auc"), number(champion, "test.auc")));
    return table(rows, "AUC on June", "a notebook claims", "production gives");
  }

  private static String models(Findings found) {
    StringBuilder rows = new StringBuilder();
    for (Trained model : found.compared().models()) {
      rows.append(
          row(
              model.plan().title(),
              number(model, "test.auc"),
              number(model, "test.auc_low") + " – " + number(model, "test.auc_high"),
              number(model, "test.average_precision"),
              number(model, "test.log_loss"),
              number(model, "test.brier")));
    }
    return table(rows, "model", "AUC", "95 % by days", "AP", "log loss", "Brier");
  }

  private static String sentences(PolicyPart.Shown shown) {
    StringBuilder items = new StringBuilder();
    shown.why().forEach(line -> items.append("<li>").append(escaped(line)).append("</li>"));
    return items.toString();
  }

  private static String day(ServingPart.Day day) {
    int asked = day.answers().size();
    String rows =
        row("landings pushed", "%,d".formatted(day.landings()))
            + row("questions asked", "%,d".formatted(asked))
            + row("vectors equal bit for bit", "%,d".formatted(day.vectors()))
            + row("scores equal bit for bit", "%,d".formatted(day.scores()))
            + row("logged vectors equal", "%,d".formatted(day.logged()))
            + row("p50", milliseconds(day.latency(0.5)))
            + row("p99", milliseconds(day.latency(0.99)));
    return table(rows, "what", "found");
  }

  private static String lineage(JsonNode why) {
    StringBuilder items = new StringBuilder();
    for (JsonNode step : why.path("steps")) {
      items
          .append("<li><b>")
          .append(escaped(step.path("type").asText().toLowerCase(Locale.ROOT).replace('_', ' ')))
          .append("</b> ")
          .append(escaped(step.path("name").asText()));
      if (step.hasNonNull("version")) {
        items.append(" version ").append(escaped(step.path("version").asText()));
      }
      if (!step.path("detail").isEmpty()) {
        items
            .append("<br><small>")
            .append(escaped(step.path("detail").toString()))
            .append("</small>");
      }
      items.append("</li>\n");
    }
    return items.toString();
  }

  private static String times(Narrator narrator) {
    StringBuilder rows = new StringBuilder();
    narrator
        .times()
        .forEach(
            time ->
                rows.append(
                    row(
                        time.title(),
                        String.format(Locale.ROOT, "%.1f s", time.took().toMillis() / 1000.0))));
    return table(rows, "step", "took");
  }

  private static String table(CharSequence rows, String... titles) {
    return "<table><tr><th>" + String.join("</th><th>", titles) + "</th></tr>" + rows + "</table>";
  }

  private static String row(String... cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (String cell : cells) {
      row.append("<td>").append(escaped(cell)).append("</td>");
    }
    return row.append("</tr>\n").toString();
  }

  private static String number(Trained model, String metric) {
    return String.format(Locale.ROOT, "%.4f", model.metric(metric));
  }

  private static String milliseconds(double value) {
    return String.format(Locale.ROOT, "%.2f ms", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
