package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.compute.ChangedRows;
import io.boathouse.table.compute.DamagedFiles;
import io.boathouse.table.compute.DataFileNames;
import io.boathouse.table.compute.Fillings;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.ParquetFiles;
import io.boathouse.table.compute.TableShape;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.compute.WrittenFile;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.FileChange;
import io.boathouse.table.delta.NewFile;
import io.boathouse.table.delta.Reads;
import io.boathouse.table.read.FilePruning;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One try of a change of rows: computed on one version, in one session, committed or given up. */
final class ChangeAttempt {
  private static final String CHANGE_TYPE = "_change_type";

  private final DeltaLog log;
  private final DeltaSnapshot base;
  private final DuckSession session;
  private final List<Path> folders;
  private final Optional<String> shown;
  private final TargetRows target;
  private final ChangedRows rows;
  private final StagedFiles staged;

  /**
   * @param shown what the change sees of the table's rows; empty for all
   */
  ChangeAttempt(
      DeltaLog log,
      DeltaSnapshot base,
      DuckSession session,
      List<Path> folders,
      Optional<String> shown) {
    this.log = log;
    this.base = base;
    this.session = session;
    this.folders = folders;
    this.shown = shown;
    this.target = new TargetRows(session, log.folder(), base, shown);
    this.rows = new ChangedRows(target);
    this.staged = new StagedFiles(log.folder());
  }

  Commit run(RowChange change, CommitNote note) {
    try {
      return attempt(change, note);
    } catch (LakeException e) {
      throw DamagedFiles.named(e, session, log.folder(), base.files());
    }
  }

  private Commit attempt(RowChange change, CommitNote note) {
    target.show(TargetRows.VIEW, candidates(change));
    Map<String, String> counts = new HashMap<>();
    ChangeReads reads = compute(change, counts);
    Map<Integer, Long> gone = rows.gonePerFile();
    target.requireRowCounts(gone.keySet());
    FilePlan plan = FilePlan.of(base, target, gone);
    return staged.during(() -> commit(change, plan, note, counts, reads));
  }

  /** Of conditions on what policies show, the log's statistics know nothing. */
  private List<DataFile> candidates(RowChange change) {
    if (shown.isPresent()) {
      if (change instanceof RowChange.Merge merge) {
        MergedRows.evaluate(session, merge.source());
      }
      return base.files();
    }
    return switch (change) {
      case RowChange.Delete delete -> FilePruning.candidates(session, base, delete.rows());
      case RowChange.Update update -> FilePruning.candidates(session, base, update.rows());
      case RowChange.Replace replace -> FilePruning.candidates(session, base, replace.rows());
      case RowChange.Merge merge -> matching(merge);
      case RowChange.DeleteAll all -> base.files();
    };
  }

  /** What no row of the source meets can be in any file. */
  private List<DataFile> matching(RowChange.Merge merge) {
    MergedRows.evaluate(session, merge.source());
    return merge.unmatched().isPresent()
        ? base.files()
        : FilePruning.matching(session, base, merge.matched());
  }

  private ChangeReads compute(RowChange change, Map<String, String> counts) {
    ChangeReads reads = new ChangeReads(session, log.folder(), folders, change, shown);
    switch (change) {
      case RowChange.DeleteAll all -> throw new IllegalArgumentException(all.toString());
      case RowChange.Delete delete -> rows.delete(delete.rows());
      case RowChange.Update update -> rows.update(update.rows());
      case RowChange.Replace replace -> {
        rows.replace(replace.rows(), replace.fresh());
        MergedRows.requireNone(session, replace.misfits());
      }
      case RowChange.Merge merge -> {
        MergedRows merged = new MergedRows(target, rows);
        merged.join(merge.matched(), merge.deletesOnly());
        merge.assigned().forEach(merged::requireFits);
        merge.inserted().ifPresent(merged::insert);
        merge.unmatched().ifPresent(merged::changeUnmatched);
        counts.putAll(merged.finish());
        merged.matchedFiles().forEach(number -> reads.dependOn(target.file(number).path()));
      }
    }
    return reads;
  }

  private Commit commit(
      RowChange change,
      FilePlan plan,
      CommitNote note,
      Map<String, String> counts,
      ChangeReads reads) {
    List<NewFile> added = data(plan);
    boolean partial = !plan.marked().isEmpty() || !plan.rewritten().isEmpty();
    boolean mixed = !plan.touched().isEmpty() && rows.hasFresh();
    List<NewFile> feed = base.hasChangeFeed() && (partial || mixed) ? feed(plan) : List.of();
    if (added.isEmpty() && plan.touched().isEmpty() && note.transaction().isEmpty()) {
      return nothing(change, note, plan, counts);
    }
    Map<StoragePath, long[]> marked = new HashMap<>();
    plan.marked()
        .forEach(
            (number, file) ->
                marked.put(file.path(), FilePlan.positions(file, rows.positions(number))));
    FileChange files =
        new FileChange(
            added,
            plan.removed().stream().map(DataFile::path).toList(),
            marked,
            feed,
            new ChangeMetrics(change, rows, plan, counts).of(added, feed));
    Reads checked = change.readsWholeTable() ? Reads.EVERYTHING : reads;
    return staged.commit(
        () -> log.change(Fillings.numbered(base, rows.numbered()), files, note, checked));
  }

  private List<NewFile> data(FilePlan plan) {
    if (!rows.hasFresh() && plan.rewritten().isEmpty()) {
      return List.of();
    }
    List<NewFile> files = new ArrayList<>();
    String select = rows.written(plan.touched(), plan.rewritten());
    TableShape shape = TableShape.of(base).forCompleteRows().withRowIds(base);
    for (WrittenFile written : ParquetFiles.write(session, select, shape)) {
      files.add(staged.put(DataFileNames.next(shape), written));
    }
    return files;
  }

  private List<NewFile> feed(FilePlan plan) {
    TableShape shape = TableShape.of(base).with(Column.of(CHANGE_TYPE, new DataType.StringType()));
    List<NewFile> files = new ArrayList<>();
    String select = rows.feed(plan.touched(), CHANGE_TYPE);
    for (WrittenFile written : ParquetFiles.write(session, select, shape)) {
      files.add(staged.put(DataFileNames.nextOfChanges(shape), written));
    }
    return files;
  }

  /** A change that finds nothing to do leaves no version. */
  private Commit nothing(
      RowChange change, CommitNote note, FilePlan plan, Map<String, String> counts) {
    return new Commit(
        base.version(),
        base.at(),
        note.operation(),
        0,
        0,
        0,
        note.parameters(),
        new ChangeMetrics(change, rows, plan, counts).of(List.of(), List.of()),
        false);
  }
}
