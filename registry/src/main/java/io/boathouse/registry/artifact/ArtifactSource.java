package io.boathouse.registry.artifact;

import io.boathouse.platform.auth.Caller;
import java.util.Optional;

/**
 * Finds the files that a version is made from, where other modules keep them. May block; safe for
 * use by many threads.
 */
public interface ArtifactSource {
  /** A source that knows nothing, until the module that keeps runs is there. */
  ArtifactSource NONE =
      new ArtifactSource() {
        @Override
        public Optional<ResolvedArtifacts> resolve(Caller caller, String source) {
          return Optional.empty();
        }

        @Override
        public boolean readableRun(Caller caller, String runId) {
          return false;
        }
      };

  /**
   * The folder or file that a URI names, which need not exist.
   *
   * @param source a URI as the client wrote it, such as {@code runs:/<run>/model}
   * @return empty if the URI is of a form that this source does not know
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the URI climbs or is
   *     broken; NOT_FOUND if it names something that is absent or that the caller may not read
   */
  Optional<ResolvedArtifacts> resolve(Caller caller, String source);

  /** Whether there is such a run and the caller may read it. */
  boolean readableRun(Caller caller, String runId);
}
