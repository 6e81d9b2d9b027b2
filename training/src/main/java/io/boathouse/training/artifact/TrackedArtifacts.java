package io.boathouse.training.artifact;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.artifact.ResolvedArtifacts;
import io.boathouse.registry.artifact.SourceUri;
import io.boathouse.training.model.LoggedModel;
import io.boathouse.training.model.LoggedModelService;
import io.boathouse.training.run.RunInfo;
import io.boathouse.training.run.RunService;
import java.util.Optional;

/** Lets the registry make versions from what runs and logged models left. */
final class TrackedArtifacts implements ArtifactSource {
  private final ArtifactLocator locator;
  private final RunService runs;
  private final LoggedModelService models;

  TrackedArtifacts(ArtifactLocator locator, RunService runs, LoggedModelService models) {
    this.locator = locator;
    this.runs = runs;
    this.models = models;
  }

  @Override
  public Optional<ResolvedArtifacts> resolve(Caller caller, String source) {
    SourceUri uri = SourceUri.parse(source);
    return switch (uri.scheme()) {
      case "runs" -> Optional.of(ofRun(caller, uri.storagePath()));
      case "models" -> Optional.of(ofModel(caller, uri.storagePath()));
      case "mlflow-artifacts" -> Optional.of(at(caller, uri.storagePath()));
      default -> Optional.empty();
    };
  }

  @Override
  public boolean readableRun(Caller caller, String runId) {
    try {
      RunInfo unused = runs.require(caller, Privilege.CAN_READ, runId);
      return true;
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.PERMISSION_DENIED) {
        return false;
      }
      throw e;
    }
  }

  private ResolvedArtifacts ofRun(Caller caller, StoragePath path) {
    String runId = path.segments().isEmpty() ? "" : path.segments().getFirst();
    RunInfo run = runs.require(caller, Privilege.CAN_READ, runId);
    String below = path.relativeTo(StoragePath.of(runId)).value();
    return at(caller, StoragePath.of(ArtifactService.below(run.artifactUri(), below)));
  }

  private ResolvedArtifacts ofModel(Caller caller, StoragePath path) {
    String id = path.segments().isEmpty() ? "" : path.segments().getFirst();
    LoggedModel model = models.get(caller, id, false);
    String below = path.relativeTo(StoragePath.of(id)).value();
    return at(caller, StoragePath.of(ArtifactService.below(model.artifactUri(), below)));
  }

  private ResolvedArtifacts at(Caller caller, StoragePath path) {
    ArtifactFolder folder = locator.locate(caller, Privilege.CAN_READ, path);
    return new ResolvedArtifacts(folder.store(), folder.path(), folder.runId());
  }
}
