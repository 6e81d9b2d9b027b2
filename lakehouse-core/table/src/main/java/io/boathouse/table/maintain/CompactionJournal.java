package io.boathouse.table.maintain;

import io.boathouse.table.delta.DeltaLog;

/** Is told of every compaction that the server did by itself, on the thread that did it. */
@FunctionalInterface
public interface CompactionJournal {
  void compacted(DeltaLog log, Optimized done);
}
