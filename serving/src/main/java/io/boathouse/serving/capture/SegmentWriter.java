package io.boathouse.serving.capture;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits segments to their tables, each once, and deletes their files. Blocks. */
final class SegmentWriter {
  private static final Logger log = LoggerFactory.getLogger(SegmentWriter.class);

  private final TableService tables;

  /** How writing went. */
  enum Outcome {
    WRITTEN,
    /** There is no such table any more, or no right to it. */
    LOST,
    LATER
  }

  SegmentWriter(TableService tables) {
    this.tables = tables;
  }

  /**
   * @param required whether rows wait rather than being lost where nobody may write them
   */
  @SuppressWarnings("NullAway") // a compact constructor's class file loses its types' annotations
  Outcome write(Caller writer, Segment segment, boolean required) {
    Segment.Header header = segment.header();
    try {
      if (!segment.entries().isEmpty()) {
        List<List<@Nullable Object>> rows =
            segment.entries().stream().map(entry -> PayloadTable.row(header, entry)).toList();
        var unused =
            tables.append(
                writer,
                header.name(),
                new Rows.Values(PayloadTable.SCHEMA, rows),
                WriteOptions.of("INFERENCE LOG")
                    .once(new TransactionId(header.application(), header.number())));
      }
      segment.delete();
      return Outcome.WRITTEN;
    } catch (LakeException e) {
      boolean never = e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.PERMISSION_DENIED;
      if (never && !required) {
        log.error(
            "Inference table {} cannot be written; {} rows lost",
            header.table(),
            segment.entries().size(),
            e);
        return lost(segment);
      }
      log.warn("Inference table {} is not written now; its rows wait", header.table(), e);
      return Outcome.LATER;
    } catch (IOException | RuntimeException e) {
      log.warn("Inference table {} is not written now; its rows wait", header.table(), e);
      return Outcome.LATER;
    }
  }

  private static Outcome lost(Segment segment) {
    try {
      segment.delete();
    } catch (IOException e) {
      log.warn("A file of lost rows cannot be deleted", e);
    }
    return Outcome.LOST;
  }
}
