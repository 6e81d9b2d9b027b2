package io.boathouse.training;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.training.artifact.ArtifactRoutes;
import io.boathouse.training.artifact.Artifacts;
import io.boathouse.training.artifact.RunArtifactRoutes;
import io.boathouse.training.experiment.ExperimentRoutes;
import io.boathouse.training.experiment.ExperimentService;
import io.boathouse.training.model.LoggedModelRoutes;
import io.boathouse.training.model.LoggedModelService;
import io.boathouse.training.run.MetricRoutes;
import io.boathouse.training.run.MetricService;
import io.boathouse.training.run.RunLogRoutes;
import io.boathouse.training.run.RunLogService;
import io.boathouse.training.run.RunNames;
import io.boathouse.training.run.RunRoutes;
import io.boathouse.training.run.RunService;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/** Puts the training room together. */
public final class TrainingModule implements AutoCloseable {
  private final Deletions deletions;
  private final ExperimentService experiments;
  private final RunService runs;
  private final RunLogService log;
  private final MetricService metrics;
  private final LoggedModelService models;
  private final Artifacts artifacts;

  /** What training uses of the catalog and the registry. */
  public record Governance(
      Authorizer authorizer,
      SecurableService securables,
      Deletions deletions,
      AuditLog audit,
      LineageService lineage,
      ModelVersionService versions) {}

  /** What training uses of the platform. @param store the main store @param random for names */
  public record Foundation(
      Database database, FileStore store, InstantSource clock, RandomGenerator random) {}

  /** Creates all services; the tables of {@code db/migration/training} must be there. */
  public TrainingModule(Foundation foundation, Governance governance) {
    Database database = foundation.database();
    RunNames names = new RunNames(foundation.random());
    this.experiments =
        new ExperimentService(
            database,
            governance.authorizer(),
            governance.securables(),
            governance.audit(),
            foundation.clock());
    this.runs = new RunService(database, experiments, names);
    this.log = new RunLogService(database, runs, governance.lineage(), governance.securables());
    this.metrics = new MetricService(database, runs);
    this.models = new LoggedModelService(database, experiments, names, foundation.clock());
    this.artifacts = new Artifacts(foundation.store(), runs, models, governance.versions());
    this.deletions = governance.deletions();
  }

  /** Makes what clients take for granted. @param caller the training room's own name */
  public void prepare(Caller caller) {
    experiments.ensureDefault(caller);
    deletions.onDelete(SecurableType.EXPERIMENT, gone -> metrics.deleteOrphans(caller));
  }

  public ExperimentService experiments() {
    return experiments;
  }

  public RunService runs() {
    return runs;
  }

  public RunLogService log() {
    return log;
  }

  public MetricService metrics() {
    return metrics;
  }

  /** Where the registry finds what runs left. */
  public ArtifactSource artifactSource() {
    return artifacts.source();
  }

  public List<Routes> routes() {
    return List.of(
        new ExperimentRoutes(experiments),
        new RunRoutes(runs),
        new RunLogRoutes(log),
        new MetricRoutes(metrics),
        new LoggedModelRoutes(models),
        new ArtifactRoutes(artifacts.service()),
        new RunArtifactRoutes(artifacts.service(), runs, models));
  }

  @Override
  public void close() {
    // Nothing runs in the background.
  }
}
