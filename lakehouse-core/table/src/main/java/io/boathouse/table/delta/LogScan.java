package io.boathouse.table.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Has Kernel replay the log for the files of a version. */
final class LogScan {
  private LogScan() {}

  static FileSet files(Engine engine, SnapshotImpl snapshot) {
    List<LoggedFile> found = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches =
        snapshot.getScanBuilder().build().getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(row -> found.add(file(row)));
        }
      }
    } catch (IOException e) {
      throw DeltaErrors.internal("The list of the table's files could not be closed", e);
    }
    return FileSet.of(found);
  }

  private static LoggedFile file(Row row) {
    return LoggedFile.of(new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL)));
  }
}
