package io.boathouse.training;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.identity.TokenService;
import io.boathouse.featurestore.join.TrainingSetService;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.ModelService;
import io.boathouse.training.launch.TrainTask;
import io.boathouse.training.launch.TrainingConfig;
import io.boathouse.training.launch.TrainingJobRoutes;
import io.boathouse.training.launch.TrainingJobService;
import io.boathouse.workflow.run.RunService;
import java.time.InstantSource;
import java.util.List;

/** Puts training jobs together: the training room with the rooms that a job reads from. */
public final class TrainingJobsModule {
  private final TrainTask task;
  private final TrainingJobService jobs;

  /** What jobs use of platform and catalog. */
  public record Foundation(
      Database database, Authorizer authorizer, TokenService tokens, InstantSource clock) {}

  /** What jobs use of other rooms. */
  public record Rooms(
      TrainingModule tracking,
      RunService runs,
      TrainingSetService sets,
      FeatureSpecService specs,
      ModelService models,
      ModelNames names) {}

  public TrainingJobsModule(
      Foundation foundation, Rooms rooms, TrainTask.Places places, TrainingConfig config) {
    this.task =
        new TrainTask(
            new TrainTask.Parts(
                foundation.database(),
                foundation.tokens(),
                rooms.tracking().runs(),
                rooms.sets(),
                rooms.specs(),
                foundation.clock()),
            places,
            config);
    this.jobs =
        new TrainingJobService(
            new TrainingJobService.Parts(
                foundation.authorizer(),
                rooms.runs(),
                rooms.tracking().experiments(),
                rooms.sets(),
                rooms.models(),
                rooms.names(),
                config));
  }

  /** To be registered with the workflow before it starts. */
  public TrainTask task() {
    return task;
  }

  public TrainingJobService jobs() {
    return jobs;
  }

  public List<Routes> routes() {
    return List.of(new TrainingJobRoutes(jobs));
  }
}
