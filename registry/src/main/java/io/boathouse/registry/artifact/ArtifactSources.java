package io.boathouse.registry.artifact;

import io.boathouse.platform.auth.Caller;
import java.util.Optional;

/** The source of the module that keeps runs, which registers after the registry was made. */
public final class ArtifactSources implements ArtifactSource {
  private volatile ArtifactSource source = NONE;

  /** Sets the source; called once, while the server is put together. */
  public void register(ArtifactSource newSource) {
    source = newSource;
  }

  @Override
  public Optional<ResolvedArtifacts> resolve(Caller caller, String uri) {
    return source.resolve(caller, uri);
  }

  @Override
  public boolean readableRun(Caller caller, String runId) {
    return source.readableRun(caller, runId);
  }
}
