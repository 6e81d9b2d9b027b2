package io.boathouse.training.artifact;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.training.experiment.Lifecycle;
import io.boathouse.training.experiment.TrainingErrors;
import io.boathouse.training.model.LoggedModel;
import io.boathouse.training.model.LoggedModelService;
import io.boathouse.training.run.RunInfo;
import io.boathouse.training.run.RunService;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Finds whose folder a path of the proxy lies in and demands the right to it. There are three
 * forms: {@code <experiment>/<run>/artifacts/…}, {@code <experiment>/models/<model>/artifacts/…}
 * and {@code models/<id>/<version>/model/…}, the files of registered versions, which are read-only.
 */
final class ArtifactLocator {
  private static final Pattern VERSION_PATH =
      Pattern.compile(
          "models/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[1-9][0-9]{0,8}/model(?:/.*)?");

  private final FileStore store;
  private final RunService runs;
  private final LoggedModelService models;
  private final ModelVersionService versions;

  ArtifactLocator(
      FileStore store, RunService runs, LoggedModelService models, ModelVersionService versions) {
    this.store = store;
    this.runs = runs;
    this.models = models;
    this.versions = versions;
  }

  /**
   * @param privilege CAN_READ or CAN_EDIT
   * @throws LakeException NOT_FOUND if the path is of no known form, or its owner is absent or
   *     hidden
   */
  ArtifactFolder locate(Caller caller, Privilege privilege, StoragePath path) {
    List<String> segments = path.segments();
    if (VERSION_PATH.matcher(path.value()).matches()) {
      return version(caller, privilege, path, segments);
    }
    try {
      if (segments.size() >= 3 && segments.get(2).equals("artifacts")) {
        RunInfo run = runs.require(caller, privilege, segments.get(1));
        if (Long.toString(run.experimentId()).equals(segments.get(0))) {
          requireWritable(run.id(), run.stage(), privilege);
          return folder(segments, 3, Optional.of(run.id()));
        }
      }
      if (segments.size() >= 4
          && segments.get(1).equals("models")
          && segments.get(3).equals("artifacts")) {
        LoggedModel model = models.require(caller, privilege, segments.get(2));
        if (Long.toString(model.experimentId()).equals(segments.get(0))) {
          return folder(segments, 4, model.sourceRunId());
        }
      }
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? TrainingErrors.artifactNotFound(path.value()) : e;
    }
    throw TrainingErrors.artifactNotFound(path.value());
  }

  private ArtifactFolder folder(List<String> segments, int depth, Optional<String> runId) {
    StoragePath own = StoragePath.of("experiments/" + String.join("/", segments.subList(0, depth)));
    StoragePath inside =
        StoragePath.ROOT.resolve(String.join("/", segments.subList(depth, segments.size())));
    return new ArtifactFolder(store.scoped(own), inside, runId);
  }

  private ArtifactFolder version(
      Caller caller, Privilege privilege, StoragePath path, List<String> segments) {
    try {
      FileStore files =
          versions
              .files(caller, UUID.fromString(segments.get(1)), Integer.parseInt(segments.get(2)))
              .store();
      if (privilege != Privilege.CAN_READ) {
        throw TrainingErrors.artifactsImmutable(path.value());
      }
      StoragePath inside =
          StoragePath.ROOT.resolve(String.join("/", segments.subList(4, segments.size())));
      return new ArtifactFolder(files, inside, Optional.empty());
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? TrainingErrors.artifactNotFound(path.value()) : e;
    }
  }

  private static void requireWritable(String runId, Lifecycle stage, Privilege privilege) {
    if (privilege != Privilege.CAN_READ && stage != Lifecycle.ACTIVE) {
      throw TrainingErrors.runNotActive(runId, stage);
    }
  }
}
