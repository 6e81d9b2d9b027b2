package io.boathouse.ingest.file;

import io.boathouse.platform.auth.Caller;
import java.io.InputStream;

/** Opens files to be loaded, with the caller's rights on where they are. */
@FunctionalInterface
public interface SourceFiles {
  /**
   * The content; whoever asked closes it.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is no such file, or the
   *     caller may not know of it; PERMISSION_DENIED without READ_VOLUME
   */
  InputStream open(Caller caller, FileSource source);
}
