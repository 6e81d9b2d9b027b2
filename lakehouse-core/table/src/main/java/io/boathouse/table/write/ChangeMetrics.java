package io.boathouse.table.write;

import io.boathouse.table.compute.ChangedRows;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.NewFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a change of rows did, in the words of Delta's operation metrics. */
record ChangeMetrics(
    RowChange change, ChangedRows rows, FilePlan plan, Map<String, String> counts) {

  Map<String, String> of(List<NewFile> added, List<NewFile> feed) {
    Map<String, String> metrics = new HashMap<>(counts);
    String files = change instanceof RowChange.Merge ? "Target" : "";
    put(metrics, "num" + files + "FilesAdded", "numAddedFiles", added.size());
    put(metrics, "num" + files + "FilesRemoved", "numRemovedFiles", plan.removed().size());
    long withVectors = plan.removed().stream().filter(file -> hasVector(file)).count();
    long updated = plan.marked().values().stream().filter(file -> hasVector(file)).count();
    String vectors = "num" + files + "DeletionVectors";
    metrics.put(vectors + "Added", Integer.toString(plan.marked().size()));
    metrics.put(vectors + "Removed", Long.toString(withVectors + updated));
    metrics.put(vectors + "Updated", Long.toString(updated));
    put(metrics, "numTargetChangeFilesAdded", "numAddedChangeFiles", feed.size());
    put(metrics, "numTargetBytesAdded", "numAddedBytes", bytes(added));
    put(
        metrics,
        "numTargetBytesRemoved",
        "numRemovedBytes",
        plan.removed().stream().mapToLong(DataFile::size).sum());
    rowCounts(metrics);
    long written = added.stream().mapToLong(NewFile::rows).sum();
    metrics.put("numOutputRows", Long.toString(written));
    metrics.put("numOutputBytes", Long.toString(bytes(added)));
    metrics.put("numFiles", Integer.toString(added.size()));
    return metrics;
  }

  private void rowCounts(Map<String, String> metrics) {
    switch (change) {
      case RowChange.Merge merge ->
          metrics.put("numTargetRowsCopied", Long.toString(plan.copied()));
      case RowChange.Update update -> {
        metrics.put("numUpdatedRows", Long.toString(rows.gone(ChangedRows.UPDATE)));
        metrics.put("numCopiedRows", Long.toString(plan.copied()));
      }
      case RowChange.Delete delete -> deleted(metrics);
      case RowChange.Replace replace -> {
        deleted(metrics);
        metrics.put("numInsertedRows", Long.toString(rows.fresh(ChangedRows.INSERT)));
      }
      case RowChange.DeleteAll all -> throw new IllegalArgumentException(all.toString());
    }
  }

  private void deleted(Map<String, String> metrics) {
    metrics.put("numDeletedRows", Long.toString(rows.gone(ChangedRows.DELETE)));
    metrics.put("numCopiedRows", Long.toString(plan.copied()));
  }

  private void put(Map<String, String> metrics, String ofMerge, String ofOthers, long value) {
    metrics.put(change instanceof RowChange.Merge ? ofMerge : ofOthers, Long.toString(value));
  }

  private static boolean hasVector(DataFile file) {
    return file.deletedRows().isPresent();
  }

  private static long bytes(List<NewFile> files) {
    return files.stream().mapToLong(NewFile::size).sum();
  }
}
