package io.boathouse.serving.capture;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.read.At;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.TableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens inference tables and writes their rows in the background. Thread-safe. */
public final class InferenceLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InferenceLog.class);

  private final Parts parts;
  private final CaptureLimits limits;
  private final List<InferenceTable> open = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread flusher;

  /** What the log stands on. */
  public record Parts(TableService tables, TableReader reader, MeterRegistry meters) {}

  public InferenceLog(Parts parts, CaptureLimits limits) {
    this.parts = parts;
    this.limits = limits;
    this.flusher = Thread.ofPlatform().daemon().name("inference-log").start(this::run);
  }

  /**
   * Opens a table for an endpoint, creating it if it is not there.
   *
   * @param writer owns the table that is created, and appends
   * @throws LakeException PERMISSION_DENIED without CREATE_TABLE on the schema; INVALID_ARGUMENT if
   *     the table has other columns
   */
  public InferenceTable open(Caller writer, CaptureConfig config) {
    prepare(writer, config);
    var table =
        new InferenceTable(config, writer, "inference-log/" + UUID.randomUUID(), parts, limits);
    open.add(table);
    return table;
  }

  /**
   * Creates an inference table, or checks the one that is there.
   *
   * @throws LakeException as {@link #open}
   */
  public void prepare(Caller writer, CaptureConfig config) {
    FullName name = config.table();
    try {
      check(name, parts.reader().governed(writer, name, At.latest()).data().schema());
    } catch (LakeException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      var unused = parts.tables().create(writer, NewTable.of(name, PayloadTable.SCHEMA));
    }
  }

  private static void check(FullName name, TableSchema found) {
    for (Column column : PayloadTable.SCHEMA.columns()) {
      if (found.column(column.name()).filter(same -> same.type().equals(column.type())).isEmpty()) {
        throw CaptureErrors.wrongTable(name, column.name());
      }
    }
  }

  /** Writes the rest of a table's rows and forgets it; blocks. */
  public void close(InferenceTable table) {
    if (!table.flush()) {
      log.error("{} rows of {} are lost", table.waiting(), table.config().table());
    }
    open.remove(table);
  }

  /** Writes all that waits, for those who want to read it now; blocks. */
  public void flush() {
    for (InferenceTable table : open) {
      boolean unused = table.flush();
    }
  }

  private void run() {
    try {
      while (!closing.await(limits.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      if (!flusher.join(Duration.ofSeconds(10))) {
        flusher.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.forEach(this::close);
  }
}
