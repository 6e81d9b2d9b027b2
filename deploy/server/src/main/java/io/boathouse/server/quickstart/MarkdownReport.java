package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.quickstart.TrainingPart.Trained;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The same for the console's first page: a file in a volume, for those who may read it. */
final class MarkdownReport {
  private static final String VOLUME = "quickstart";
  private static final String FILE = "report.md";
  private static final String VOLUMES = "/api/2.1/unity-catalog/volumes";
  private static final int DECIMALS = 4;

  private MarkdownReport() {}

  /** Writes the page into a file and puts it into the volume, in the place of an older one. */
  static void publish(Path file, Findings found, Stage stage)
      throws IOException, InterruptedException {
    Files.writeString(file, page(found, stage), StandardCharsets.UTF_8);
    String name = Flights.SCHEMA + "." + VOLUME;
    if (!LoadPart.exists(stage, VOLUMES + "/" + name)) {
      String[] schema = Flights.SCHEMA.split("\\.");
      JsonNode unused =
          stage
              .server()
              .post(
                  VOLUMES,
                  Map.of(
                      "catalog_name",
                      schema[0],
                      "schema_name",
                      schema[1],
                      "name",
                      VOLUME,
                      "volume_type",
                      "MANAGED",
                      "comment",
                      "What the last quickstart found."));
    }
    stage
        .server()
        .put(
            "/api/2.0/fs/files/Volumes/%s/%s?overwrite=true"
                .formatted(name.replace('.', '/'), FILE),
            file);
  }

  private static String page(Findings found, Stage stage) {
    Trained champion = found.compared().champion();
    ServingPart.Day day = found.day();
    StringBuilder page = new StringBuilder("# Will it land more than 15 minutes late?\n\n");
    page.append(
        "%d promises held, %d did not. Told at %s.%n%n"
            .formatted(
                stage.checks().held(), stage.checks().failures().size(), stage.clock().instant()));
    row(page, "June, each model once", "AUC", "95 % by days", "Log loss");
    row(page, "---", "---", "---", "---");
    for (Trained model : found.compared().models()) {
      row(
          page,
          model.plan().title(),
          number(model, "test.auc"),
          number(model, "test.auc_low") + " – " + number(model, "test.auc_high"),
          number(model, "test.log_loss"));
    }
    page.append('\n');
    row(page, "AUC on June", "A notebook claims", "Production gives");
    row(page, "---", "---", "---");
    for (Trained naive : found.compared().naive()) {
      row(page, "naive join", number(naive, "test.auc"), number(naive, "served.auc"));
    }
    row(page, "point-in-time join", number(champion, "test.auc"), number(champion, "test.auc"));
    page.append('\n');
    for (String line :
        List.of(
            "30 June replayed: %,d of %,d vectors and %,d of %,d scores equal bit for bit, p50 %.2f ms, p99 %.2f ms"
                .formatted(
                    day.vectors(),
                    day.answers().size(),
                    day.scores(),
                    day.answers().size(),
                    day.latency(0.5),
                    day.latency(0.99)),
            PolicyPart.line(found.shown()),
            "Ask: [the endpoint](/endpoints/%s)".formatted(Flights.ENDPOINT),
            "Why: [a prediction](/predictions/%s)".formatted(found.prediction()),
            "Look: [the flights](/catalog/%s), [their features](/features/%s)"
                .formatted(Flights.FLIGHTS, Flights.Table.ROUTES.fullName(false)))) {
      page.append("- ").append(line).append('\n');
    }
    return page.toString();
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String number(Trained model, String metric) {
    return String.format(Locale.ROOT, "%." + DECIMALS + "f", model.metric(metric));
  }
}
