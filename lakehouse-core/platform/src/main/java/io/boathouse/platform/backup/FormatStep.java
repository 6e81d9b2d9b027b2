package io.boathouse.platform.backup;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Turns a data directory of one format into the next. It may be repeated after a crash, so it must
 * be harmless where it was done already. Tables of the metadata database have migrations of their
 * own.
 */
@FunctionalInterface
interface FormatStep {
  void apply(Path root) throws IOException;
}
