package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import java.util.List;

/** What a change read, by which it is told whether a commit after its base is in its way. */
public interface Reads {
  /** A change that read nothing: any rows may come and go beside it. */
  Reads NOTHING =
      new Reads() {
        @Override
        public boolean dependsOn(StoragePath file) {
          return false;
        }

        @Override
        public boolean finds(DeltaSnapshot now, List<DataFile> added) {
          return false;
        }
      };

  /** A change that depends on every row. */
  Reads EVERYTHING =
      new Reads() {
        @Override
        public boolean dependsOn(StoragePath file) {
          return true;
        }

        @Override
        public boolean finds(DeltaSnapshot now, List<DataFile> added) {
          return !added.isEmpty();
        }
      };

  /** Whether the change took rows of the file, or decided by what is in it. */
  boolean dependsOn(StoragePath file);

  /**
   * Whether the change would have done something else, had it seen files that others added.
   *
   * @param now the version that has them
   * @param added some of its files, at least one
   */
  boolean finds(DeltaSnapshot now, List<DataFile> added);
}
