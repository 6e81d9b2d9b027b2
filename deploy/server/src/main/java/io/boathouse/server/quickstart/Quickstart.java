package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.SqlClient;
import io.boathouse.server.quickstart.TrainingPart.Plan;
import io.boathouse.server.quickstart.TrainingPart.Trained;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tells the story against a running server, and says whether all of it was true. */
public final class Quickstart {
  private static final int STEPS = 10;
  private static final String MODEL_FILE = "model/model.onnx";

  private final Stage stage;
  private final PrintWriter out;
  private final Path report;

  /**
   * Where the story is told.
   *
   * @param files the folder with the committed data
   * @param report where the HTML page goes
   * @param terminal whether lines may be written over
   * @param all whether every flight is trained on, which takes longer
   */
  public record Setting(Path files, Path report, boolean terminal, boolean all) {}

  public Quickstart(RestClient server, Setting setting, PrintWriter out, InstantSource clock) {
    this.out = out;
    this.report = setting.report();
    this.stage =
        new Stage(
            server,
            new SqlClient(server),
            new Narrator(out, setting.terminal(), STEPS),
            new Checks(),
            setting.files(),
            setting.all(),
            clock);
  }

  /**
   * What came of it.
   *
   * @param failures promises that did not hold, in words
   * @param held how many did
   * @param prediction one of the day's, to ask why
   */
  public record Outcome(List<String> failures, int held, String prediction) {
    public Outcome {
      failures = List.copyOf(failures);
    }
  }

  /** Tells it from the first row to the last denial. */
  public Outcome tell() throws IOException, InterruptedException {
    Narrator narrator = stage.narrator();
    narrator.print("A plane has just pushed back: will it land more than 15 minutes late?");
    FeaturePart honest = new FeaturePart(stage, false);
    ModelPart models = new ModelPart(stage);
    ServingPart serving = new ServingPart(stage);
    JsonNode unused =
        narrator.step(
            "Three million flights become a governed table", () -> new LoadPart(stage).run());
    List<String> unusedTables =
        narrator.step("Feature tables: what was known when", honest::tables);
    JsonNode set =
        narrator.step("A training set, joined as of each departure", honest::trainingSet);
    String setId = set.path("id").asText();
    ModelPart.Compared compared;
    try (ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<JsonNode> naive = aside.submit(() -> naive());
      Plan best =
          narrator.step(
              "Models learn from January to April; May chooses", () -> models.choose(setId));
      compared = narrator.step("The champion meets June, once", () -> models.compare(setId, best));
      compared =
          compared.with(
              narrator.step(
                  "The same model on a naive join",
                  () -> models.naive(setId, finished(naive).path("id").asText(), best)));
    }
    Trained champion = compared.champion();
    ServingPart.Day day =
        narrator.step(
            "A live endpoint, and 30 June once more",
            () -> serving.run(set, champion.version(), models.artifact(champion, MODEL_FILE)));
    Findings findings = findings(compared, models, day);
    TextReport.print(out, findings, stage.checks(), narrator.elapsed());
    HtmlReport.write(report, findings, narrator);
    MarkdownReport.publish(report.resolveSibling("quickstart.md"), findings, stage);
    return new Outcome(stage.checks().failures(), stage.checks().held(), findings.prediction());
  }

  private JsonNode naive() throws IOException, InterruptedException {
    FeaturePart naive = new FeaturePart(stage, true);
    var unused = naive.tables();
    return naive.trainingSet();
  }

  private Findings findings(ModelPart.Compared compared, ModelPart models, ServingPart.Day day)
      throws IOException, InterruptedException {
    Trained champion = compared.champion();
    Replay.Answer asked = day.first();
    JsonNode why =
        stage
            .narrator()
            .step(
                "Why? From a prediction to the file",
                () -> new WhyPart(stage).run(asked.prediction()));
    AgentPart.Told told =
        stage
            .narrator()
            .step(
                "The same question as an agent's tool",
                () -> new AgentPart(stage).run(asked.question()));
    PolicyPart.Shown shown =
        stage
            .narrator()
            .step("One rule, every door: Ana may see Atlanta", () -> new PolicyPart(stage).run());
    JsonNode evaluation = Json.parse(models.artifact(champion, "evaluation/test.json"));
    return new Findings(
        compared,
        evaluation.path("calibration"),
        models.artifact(champion, "plots/calibration.png"),
        day,
        told,
        shown,
        why,
        asked.prediction());
  }

  private static JsonNode finished(Future<JsonNode> future)
      throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException known) {
        throw known;
      }
      throw new IOException(e.getCause());
    }
  }
}
