package io.boathouse.training.artifact;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.training.model.LoggedModelService;
import io.boathouse.training.run.RunService;

/** What the package offers: the proxy's service, and the registry's source of files. */
public final class Artifacts {
  private final ArtifactService service;
  private final ArtifactSource source;

  /**
   * @param store the main store; artifacts lie below its folder {@code experiments}
   */
  public Artifacts(
      FileStore store, RunService runs, LoggedModelService models, ModelVersionService versions) {
    ArtifactLocator locator = new ArtifactLocator(store, runs, models, versions);
    this.service = new ArtifactService(locator);
    this.source = new TrackedArtifacts(locator, runs, models);
  }

  public ArtifactService service() {
    return service;
  }

  public ArtifactSource source() {
    return source;
  }
}
