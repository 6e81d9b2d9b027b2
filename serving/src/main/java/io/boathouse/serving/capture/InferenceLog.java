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
import io.boathouse.table.write.TableAlteration;
import io.boathouse.table.write.TableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens inference tables and writes their rows in the background. What a server that was killed
 * left in its files is written when an endpoint opens the table again. Thread-safe.
 */
public final class InferenceLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InferenceLog.class);

  private final Parts parts;
  private final CaptureLimits limits;
  private final Path files;
  private final List<InferenceTable> open = new CopyOnWriteArrayList<>();
  private final List<Left> left = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread flusher;

  /** What the log stands on. */
  public record Parts(
      TableService tables,
      TableReader reader,
      MeterRegistry meters,
      InstantSource clock,
      SegmentWriter segments) {
    public static Parts of(
        TableService tables, TableReader reader, MeterRegistry meters, InstantSource clock) {
      return new Parts(tables, reader, meters, clock, new SegmentWriter(tables));
    }
  }

  /** A folder of an earlier server's rows, and who may write them. */
  private record Left(Caller writer, Path folder) {}

  /**
   * @param files where rows are until they are in their tables; no other server uses it
   */
  public InferenceLog(Parts parts, CaptureLimits limits, Path files) {
    this.parts = parts;
    this.limits = limits;
    this.files = files;
    this.flusher = Thread.ofPlatform().daemon().name("inference-log").start(this::run);
  }

  /**
   * Opens a table for an endpoint, creating it if it is not there.
   *
   * @param writer owns the table that is created, and appends
   * @throws LakeException PERMISSION_DENIED without CREATE_TABLE on the schema; INVALID_ARGUMENT if
   *     the table has other columns
   */
  public InferenceTable open(Caller writer, String endpoint, CaptureConfig config) {
    prepare(writer, config);
    String name = config.table().toString();
    Path folder =
        files.resolve(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
    synchronized (this) {
      for (Path earlier : earlier(folder)) {
        left.add(new Left(writer, earlier));
      }
      Path own = folder.resolve(UUID.randomUUID().toString());
      try {
        Path unused = Files.createDirectories(own);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      var table = new InferenceTable(writer, endpoint, config, parts, limits, own);
      open.add(table);
      return table;
    }
  }

  private List<Path> earlier(Path folder) {
    List<Path> known =
        Stream.concat(open.stream().map(InferenceTable::folder), left.stream().map(Left::folder))
            .toList();
    return Files.isDirectory(folder)
        ? list(folder).stream().filter(found -> !known.contains(found)).toList()
        : List.of();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Creates an inference table, or checks the one that is there and adds the columns that are new.
   *
   * @throws LakeException as {@link #open}
   */
  public void prepare(Caller writer, CaptureConfig config) {
    FullName name = config.table();
    try {
      List<Column> missing =
          missing(name, parts.reader().governed(writer, name, At.latest()).data().schema());
      if (!missing.isEmpty()) {
        parts.tables().alter(writer, name, new TableAlteration.AddColumns(missing));
      }
    } catch (LakeException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      var unused = parts.tables().create(writer, NewTable.of(name, PayloadTable.SCHEMA));
    }
  }

  private static List<Column> missing(FullName name, TableSchema found) {
    List<Column> missing = new ArrayList<>();
    for (Column column : PayloadTable.SCHEMA.columns()) {
      boolean same =
          found.column(column.name()).filter(it -> it.type().equals(column.type())).isPresent();
      if (!same && (found.column(column.name()).isPresent() || !PayloadTable.isLater(column))) {
        throw CaptureErrors.wrongTable(name, column.name());
      }
      if (!same) {
        missing.add(column);
      }
    }
    return missing;
  }

  /** Writes the rest of a table's rows and forgets it; blocks. */
  public void close(InferenceTable table) {
    table.close();
    if (table.flush()) {
      delete(table.folder());
    } else {
      log.warn("{} rows of {} stay in files", table.waiting(), table.name());
    }
    open.remove(table);
  }

  /** Writes all that waits, for those who want to read it now; blocks. */
  public void flush() {
    recover();
    for (InferenceTable table : open) {
      boolean unused = table.flush();
    }
  }

  private synchronized void recover() {
    for (Left earlier : List.copyOf(left)) {
      try {
        if (recovered(earlier)) {
          delete(earlier.folder());
          left.remove(earlier);
        }
      } catch (IOException | RuntimeException e) {
        log.warn("Rows of an earlier start under {} wait", earlier.folder(), e);
      }
    }
  }

  private boolean recovered(Left earlier) throws IOException {
    for (Path file : list(earlier.folder()).stream().filter(Segment::isSegment).toList()) {
      Segment segment = Segment.read(file);
      if (parts.segments().write(earlier.writer(), segment, true)
          != SegmentWriter.Outcome.WRITTEN) {
        return false;
      }
      log.info(
          "{} rows of an earlier start are in inference table {}",
          segment.entries().size(),
          segment.header().table());
    }
    return true;
  }

  private static void delete(Path folder) {
    try {
      boolean unused = Files.deleteIfExists(folder);
    } catch (IOException e) {
      log.warn("The folder {} cannot be deleted", folder, e);
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
    stop();
    open.forEach(this::close);
  }

  /** Ends without writing, as a server does that is killed. */
  void abandon() {
    stop();
    open.forEach(InferenceTable::close);
    open.clear();
  }

  private void stop() {
    closing.countDown();
    try {
      if (!flusher.join(Duration.ofSeconds(10))) {
        flusher.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
