package io.boathouse.sql.engine;

import io.boathouse.sql.govern.TableViews.Scan;
import java.util.List;

/** How much of its tables a statement reads, summed up while it runs. Thread-safe. */
public final class ReadTotals {
  private volatile Read read = new Read(0, 0, 0, 0);

  /**
   * Files and their bytes.
   *
   * @param prunedFiles left out since they hold no row that the statement is after
   */
  public record Read(long files, long bytes, long prunedFiles, long prunedBytes) {
    private Read plus(Scan scan) {
      return new Read(
          files + scan.files(),
          bytes + scan.bytes(),
          prunedFiles + scan.pruned(),
          prunedBytes + scan.prunedBytes());
    }
  }

  synchronized void add(List<Scan> scans) {
    Read sum = read;
    for (Scan scan : scans) {
      sum = sum.plus(scan);
    }
    read = sum;
  }

  /** What was read until now. */
  public Read read() {
    return read;
  }
}
