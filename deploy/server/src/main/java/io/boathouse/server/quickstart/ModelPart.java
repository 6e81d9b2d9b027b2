package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.quickstart.TrainingPart.Plan;
import io.boathouse.server.quickstart.TrainingPart.Trained;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which models there are, which one wins, and what a notebook would have claimed. */
final class ModelPart {
  private static final double MARGIN = 0.05;

  private final Stage stage;
  private final TrainingPart jobs;

  ModelPart(Stage stage) {
    this.stage = stage;
    this.jobs = new TrainingPart(stage);
  }

  /**
   * All models on June.
   *
   * @param models the champion last
   * @param naive trained on the naive join, at most one: its {@code test} figures are those that a
   *     notebook claims, its {@code served} figures those that honest features give
   */
  record Compared(List<Trained> models, List<Trained> naive) {
    Compared {
      models = List.copyOf(models);
      naive = List.copyOf(naive);
    }

    Trained champion() {
      return models.getLast();
    }

    Compared with(Trained onNaiveJoin) {
      return new Compared(models, List.of(onNaiveJoin));
    }
  }

  /** Trains the candidates and lets May choose by log loss. */
  Plan choose(String trainingSet) throws IOException, InterruptedException {
    List<Plan> candidates =
        List.of(
            Plan.of("boosted trees, depth 4", "boosted-trees", TrainingPart.trees(4)),
            Plan.of("boosted trees, depth 6", "boosted-trees", TrainingPart.trees(6)));
    Plan best = candidates.getFirst();
    double least = Double.MAX_VALUE;
    for (Trained trained : all(trainingSet, candidates, false)) {
      double loss = trained.metric("validation.log_loss");
      stage
          .narrator()
          .say(
              "%-28s May log loss %.4f, AUC %.4f"
                  .formatted(trained.plan().title(), loss, trained.metric("validation.auc")));
      if (loss < least) {
        least = loss;
        best = trained.plan();
      }
    }
    return best;
  }

  /** Trains the baselines and the best, measures them on June, and registers the best. */
  Compared compare(String trainingSet, Plan best) throws IOException, InterruptedException {
    List<Plan> plans =
        List.of(
            Plan.of("base rate", "base-rate", Map.of()),
            Plan.of(
                "late share at the origin, 3 h",
                "single-feature",
                Map.of("feature", "origin_departures_late_share_3h")),
            Plan.of("calendar and distance", "boosted-trees", TrainingPart.trees(6))
                .on(Flights.CALENDAR),
            Plan.of("logistic regression", "logistic-sgd", Map.of()),
            best.with(Map.of("model_name", Flights.MODEL, "alias", "champion")));
    Compared compared = new Compared(all(trainingSet, plans, true), List.of());
    compared.models().forEach(this::show);
    check(compared);
    stage
        .narrator()
        .say(
            "registered as %s version %s, alias champion"
                .formatted(Flights.MODEL, compared.champion().version()));
    return compared;
  }

  /** The best model's twin, trained on the naive join and asked for both kinds of features. */
  Trained naive(String honestSet, String naiveSet, Plan best)
      throws IOException, InterruptedException {
    Map<String, Object> served =
        Map.of("name", "served", "training_set", honestSet, "where", Map.of("part", "test"));
    Plan plan =
        Plan.of("boosted trees, naive join", best.trainer(), best.params())
            .with(Map.of("evaluations", List.of(served)));
    Trained naive = jobs.train(naiveSet, plan, true);
    stage.checks().between("naive AUC claimed", 0.781, 0.794, naive.metric("test.auc"));
    stage.checks().between("naive AUC served", 0.711, 0.731, naive.metric("served.auc"));
    stage
        .narrator()
        .say(
            "the notebook claims AUC %.3f; served what is known by then, it gives %.3f"
                .formatted(naive.metric("test.auc"), naive.metric("served.auc")));
    return naive;
  }

  /** An artifact of a run. */
  byte[] artifact(Trained trained, String path) throws IOException, InterruptedException {
    JsonNode run =
        stage
            .server()
            .get(
                "/api/2.0/mlflow/runs/get?run_id="
                    + URLEncoder.encode(trained.run(), StandardCharsets.UTF_8));
    return stage
        .server()
        .download(
            "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/%s"
                .formatted(run.at("/run/info/experiment_id").asText(), trained.run(), path));
  }

  private List<Trained> all(String trainingSet, List<Plan> plans, boolean tested)
      throws IOException, InterruptedException {
    List<String> submitted = new ArrayList<>();
    for (Plan plan : plans) {
      submitted.add(jobs.submit(trainingSet, plan, tested));
    }
    List<Trained> trained = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      trained.add(jobs.await(submitted.get(i), plans.get(i)));
    }
    return trained;
  }

  private void show(Trained trained) {
    stage
        .narrator()
        .say(
            "%-30s AUC %.4f [%.3f, %.3f]  log loss %.4f  Brier %.4f"
                .formatted(
                    trained.plan().title(),
                    trained.metric("test.auc"),
                    trained.metric("test.auc_low"),
                    trained.metric("test.auc_high"),
                    trained.metric("test.log_loss"),
                    trained.metric("test.brier")));
  }

  private void check(Compared compared) {
    Checks checks = stage.checks();
    Trained champion = compared.champion();
    Trained calendar = compared.models().get(2);
    double margin = champion.metric("test.auc") - calendar.metric("test.auc");
    checks.that(
        margin >= MARGIN,
        "the champion beats the calendar by %.4f AUC, expected %.2f".formatted(margin, MARGIN));
    if (stage.all()) {
      return;
    }
    checks.between("champion AUC", 0.753, 0.764, champion.metric("test.auc"));
    checks.between("champion log loss", 0.432, 0.440, champion.metric("test.log_loss"));
    checks.between("champion Brier", 0.1356, 0.1396, champion.metric("test.brier"));
    checks.between("calendar AUC", 0.6636, 0.6836, calendar.metric("test.auc"));
    checks.between("logistic AUC", 0.69, 0.73, compared.models().get(3).metric("test.auc"));
    checks.between("late share AUC", 0.6374, 0.6394, compared.models().get(1).metric("test.auc"));
    checks.between(
        "base rate log loss", 0.5173, 0.5183, compared.models().getFirst().metric("test.log_loss"));
  }
}
