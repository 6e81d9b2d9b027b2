package io.boathouse.training.launch;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.MatrixColumn;
import io.boathouse.featurestore.join.TrainingSet;
import io.boathouse.featurestore.join.TrainingSetService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.ModelService;
import io.boathouse.training.experiment.Experiment;
import io.boathouse.training.experiment.ExperimentService;
import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Lifecycle;
import io.boathouse.training.experiment.NewExperiment;
import io.boathouse.training.launch.TrainingJobSpec.Part;
import io.boathouse.training.run.LogBatch;
import io.boathouse.training.trainer.Hyperparameters;
import io.boathouse.training.trainer.PerceptronTrainer;
import io.boathouse.training.trainer.Trainer;
import io.boathouse.training.trainer.TrainerErrors;
import io.boathouse.training.trainer.Trainers;
import io.boathouse.workflow.run.Run;
import io.boathouse.workflow.run.RunService;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Checks, queues, shows and cancels training jobs. All that can be known to be wrong is told before
 * a job is queued, with the caller's rights; a job is a run of the workflow and is seen by who
 * submitted it and by administrators. Thread-safe; every method blocks on the metadata database.
 */
public final class TrainingJobService {
  private static final Pattern EVALUATION = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Set<String> OWN_ROLES = Set.of("train", "validation", "test", "importance");
  private static final int MAX_EVALUATIONS = 20;
  private static final int MAX_BOOTSTRAP_ROUNDS = 10_000;

  private final Parts parts;

  /** The services that jobs stand on. */
  public record Parts(
      Authorizer authorizer,
      RunService runs,
      ExperimentService experiments,
      TrainingSetService sets,
      ModelService models,
      ModelNames names,
      TrainingConfig config) {}

  public TrainingJobService(Parts parts) {
    this.parts = parts;
  }

  /**
   * Queues a job; durable when this returns. An experiment that does not exist is made.
   *
   * @throws LakeException INVALID_ARGUMENT naming the field; NOT_FOUND or PERMISSION_DENIED for
   *     what the caller may not use
   */
  public Run submit(Caller caller, TrainingJobSpec spec) {
    TrainingSet set = parts.sets().get(caller, spec.trainingSet());
    String label = spec.label().orElse(set.request().labelColumn());
    List<String> features = features(caller, spec, label);
    checkTrainer(spec, features);
    checkNumbers(spec);
    checkEvaluations(spec);
    checkTags(spec);
    if (spec.checksLeak() && spec.test().isEmpty()) {
      throw LaunchErrors.invalid("leak_check", "true", "needs test rows to measure on");
    }
    Optional<String> model = spec.modelName().map(name -> model(caller, name));
    if (spec.alias().isPresent() && model.isEmpty()) {
      throw LaunchErrors.invalid("alias", spec.alias().get(), "needs a model_name");
    }
    checkParts(caller, spec.settled("", features, label, model), label);
    // The last of the checks, because it makes what it does not find.
    String experiment = experiment(caller, spec);
    TrainingJobSpec settled = spec.settled(experiment, features, label, model);
    JsonNode parameters = Json.mapper().valueToTree(settled);
    return parts
        .runs()
        .submit(
            caller, new RunService.Submission(TrainTask.KIND, parameters, spec.idempotencyToken()));
  }

  /**
   * @throws LakeException NOT_FOUND if absent, somebody else's, or no training job
   */
  public Run get(Caller caller, String id) {
    try {
      Run run = parts.runs().get(caller, UUID.fromString(id));
      if (run.kind().equals(TrainTask.KIND)) {
        return run;
      }
    } catch (IllegalArgumentException e) {
      throw LaunchErrors.jobNotFound(id);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? LaunchErrors.jobNotFound(id) : e;
    }
    throw LaunchErrors.jobNotFound(id);
  }

  /** The caller's jobs, newest first; an administrator sees everybody's. */
  public List<Run> list(Caller caller, int offset, int limit) {
    return parts.runs().list(caller, Optional.of(TrainTask.KIND), offset, limit);
  }

  /** Asks for the end of a job; one that has ended stays as it is. */
  public Run cancel(Caller caller, String id) {
    return parts.runs().cancel(caller, get(caller, id).id());
  }

  private List<String> features(Caller caller, TrainingJobSpec spec, String label) {
    List<MatrixColumn> columns =
        parts
            .sets()
            .matrixColumns(caller, spec.trainingSet(), spec.export(spec.parts().getFirst(), label));
    List<String> features =
        columns.stream()
            .filter(column -> column.role() == MatrixColumn.Role.FEATURE)
            .map(MatrixColumn::name)
            .toList();
    if (features.isEmpty()) {
      throw LaunchErrors.invalid("features", "", "are none: no output of the spec is a number");
    }
    Set<String> seen = new HashSet<>();
    for (String feature : features) {
      if (!seen.add(feature)) {
        throw LaunchErrors.invalid("features", feature, "is named twice");
      }
    }
    if (seen.contains(label)) {
      throw LaunchErrors.invalid("features", label, "is the label; a model must not see it");
    }
    spec.group()
        .filter(group -> seen.contains(group) || group.equals(label))
        .ifPresent(
            group -> {
              throw LaunchErrors.invalid("group", group, "is a feature or the label");
            });
    return features;
  }

  private void checkTrainer(TrainingJobSpec spec, List<String> features) {
    Trainer trainer = Trainers.get(spec.trainer());
    if (trainer.name().equals(PerceptronTrainer.NAME)
        && parts.config().neuralModule().filter(Files::isDirectory).isEmpty()) {
      throw TrainerErrors.noNeuralModule();
    }
    var unused = Hyperparameters.resolve(trainer, spec.params());
    Object feature = spec.params().get("feature");
    if (feature != null && !features.contains(feature.toString())) {
      throw LaunchErrors.invalid("params.feature", feature.toString(), "is none of the features");
    }
    String calibration = spec.calibration().orElse("none");
    if (!Set.of("none", "platt").contains(calibration)) {
      throw LaunchErrors.invalid("calibration", calibration, "must be none or platt");
    }
    if (calibration.equals("platt") && spec.validation().isEmpty()) {
      throw LaunchErrors.invalid("calibration", calibration, "needs validation rows");
    }
    if (calibration.equals("platt") && !trainer.calibratable()) {
      throw LaunchErrors.invalid(
          "calibration", calibration, "cannot be done to models of " + trainer.name());
    }
  }

  private static void checkNumbers(TrainingJobSpec spec) {
    spec.threshold()
        .filter(threshold -> !(threshold >= 0 && threshold <= 1))
        .ifPresent(
            threshold -> {
              throw LaunchErrors.invalid("threshold", threshold.toString(), "must be 0 to 1");
            });
    spec.bootstrapRounds()
        .filter(rounds -> rounds < 1 || rounds > MAX_BOOTSTRAP_ROUNDS)
        .ifPresent(
            rounds -> {
              throw LaunchErrors.invalid(
                  "bootstrap_rounds", rounds.toString(), "must be 1 to " + MAX_BOOTSTRAP_ROUNDS);
            });
  }

  private static void checkEvaluations(TrainingJobSpec spec) {
    if (spec.evaluations().size() > MAX_EVALUATIONS) {
      throw LaunchErrors.invalid(
          "evaluations",
          Integer.toString(spec.evaluations().size()),
          "must be at most " + MAX_EVALUATIONS);
    }
    Set<String> names = new HashSet<>(OWN_ROLES);
    for (TrainingJobSpec.Evaluation evaluation : spec.evaluations()) {
      if (!EVALUATION.matcher(evaluation.name()).matches()) {
        throw LaunchErrors.invalid(
            "evaluations.name",
            evaluation.name(),
            "must be lower-case letters, digits and underscores");
      }
      if (!names.add(evaluation.name())) {
        throw LaunchErrors.invalid("evaluations.name", evaluation.name(), "is taken");
      }
    }
  }

  private static void checkTags(TrainingJobSpec spec) {
    List<KeyValue> tags =
        spec.tags().entrySet().stream()
            .map(tag -> new KeyValue(tag.getKey(), tag.getValue()))
            .toList();
    var unused = new LogBatch(List.of(), List.of(), tags);
  }

  /** Every column of every part must be there, and the caller must be allowed to read it. */
  private void checkParts(Caller caller, TrainingJobSpec spec, String label) {
    for (Part part : spec.parts()) {
      var unused = parts.sets().matrixColumns(caller, part.trainingSet(), spec.export(part, label));
    }
  }

  /** The full name of a model that the caller may register a version of. */
  private String model(Caller caller, String name) {
    FullName full = parts.names().parse(name);
    try {
      var unused = parts.models().require(caller, Privilege.MODIFY, full);
    } catch (LakeException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      var unusedSchema =
          parts
              .authorizer()
              .require(caller, Privilege.CREATE_MODEL, SecurableType.SCHEMA, full.parent());
    }
    return full.toString();
  }

  private String experiment(Caller caller, TrainingJobSpec spec) {
    if (spec.experimentId().isPresent() == spec.experimentName().isPresent()) {
      throw LaunchErrors.invalid(
          "experiment_name",
          spec.experimentName().orElse(""),
          "or experiment_id must be given, and not both");
    }
    Experiment experiment =
        spec.experimentId()
            .map(id -> parts.experiments().require(caller, Privilege.CAN_EDIT, id))
            .orElseGet(() -> byName(caller, spec.experimentName().orElseThrow()));
    if (experiment.stage() != Lifecycle.ACTIVE) {
      throw LaunchErrors.invalid("experiment_name", experiment.name(), "is deleted; restore it");
    }
    return Long.toString(experiment.id());
  }

  private Experiment byName(Caller caller, String name) {
    try {
      Experiment found = parts.experiments().getByName(caller, name);
      return parts.experiments().require(caller, Privilege.CAN_EDIT, Long.toString(found.id()));
    } catch (LakeException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      return parts
          .experiments()
          .create(caller, new NewExperiment(name, Optional.empty(), List.of()));
    }
  }
}
