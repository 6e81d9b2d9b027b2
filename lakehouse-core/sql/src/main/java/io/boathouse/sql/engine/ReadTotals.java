package io.boathouse.sql.engine;

import io.boathouse.sql.govern.TableViews.Scan;
import java.util.List;
import java.util.Optional;

/** How much of its tables a statement reads, summed up while it runs. Thread-safe. */
public final class ReadTotals {
  private final boolean profiled;
  private volatile Read read = new Read(0, 0, 0, 0, 0);
  private volatile boolean recalled;
  private volatile Optional<QueryProfile> profile = Optional.empty();

  /** Of a statement that is not measured. */
  public ReadTotals() {
    this(false);
  }

  /**
   * @param profiled whether queries are to be measured, which takes an engine of their own
   */
  public ReadTotals(boolean profiled) {
    this.profiled = profiled;
  }

  /**
   * Files and their bytes.
   *
   * @param rows that the files hold, as the log tells; -1 if nobody counted them
   * @param prunedFiles left out since they hold no row that the statement is after
   */
  public record Read(long files, long bytes, long prunedFiles, long prunedBytes, long rows) {
    private Read plus(Scan scan) {
      return new Read(
          files + scan.files(),
          bytes + scan.bytes(),
          prunedFiles + scan.pruned(),
          prunedBytes + scan.prunedBytes(),
          rows < 0 || scan.rows() < 0 ? -1 : rows + scan.rows());
    }
  }

  synchronized void add(List<Scan> scans) {
    Read sum = read;
    for (Scan scan : scans) {
      sum = sum.plus(scan);
    }
    read = sum;
  }

  void recalled() {
    recalled = true;
  }

  /** Whether a kept result was there, so that nothing was read. */
  public boolean isRecalled() {
    return recalled;
  }

  /** Whether the statement's queries are to be measured. */
  boolean isProfiled() {
    return profiled;
  }

  void profile(QueryProfile measured) {
    profile = Optional.of(measured);
  }

  /** How the last query ran, if it was measured and may be told. */
  public Optional<QueryProfile> profile() {
    return profile;
  }

  /** What was read until now. */
  public Read read() {
    return read;
  }
}
