package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.compute.DataFileNames;
import io.boathouse.table.compute.Fillings;
import io.boathouse.table.compute.ParquetFiles;
import io.boathouse.table.compute.TableShape;
import io.boathouse.table.compute.ValueRows;
import io.boathouse.table.compute.WrittenFile;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.NewFile;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Rows on their way into a table: evaluated, written as Parquet, put into the table's folder. */
final class StagedRows implements AutoCloseable {
  private final DuckSession session;
  private final Optional<DuckSession> own;
  private final String select;

  private StagedRows(DuckSession session, Optional<DuckSession> own, String select) {
    this.session = session;
    this.own = own;
    this.select = select;
  }

  /**
   * Values get a session of their own, of one thread, since they are few and predictions are
   * answered beside them; a query has one, which stays open.
   */
  static StagedRows of(Rows rows, DuckDb duckDb) {
    return switch (rows) {
      case Rows.Query query -> new StagedRows(query.session(), Optional.empty(), query.select());
      case Rows.OfTarget own -> of(own.query(), duckDb);
      case Rows.Values values -> {
        DuckSession session = duckDb.open(DuckAccess.scratchOnly().withThreads(1));
        try {
          String select = ValueRows.select(session, values.schema(), values.rows());
          yield new StagedRows(session, Optional.of(session), select);
        } catch (RuntimeException e) {
          session.close();
          throw e;
        }
      }
    };
  }

  /** The columns that the rows have. */
  TableSchema schema() {
    return ParquetFiles.describe(session, select);
  }

  /** The version with the numbers that the rows got. */
  DeltaSnapshot numbered(DeltaSnapshot base, List<NewFile> written) {
    boolean numbers =
        base.schema().columns().stream()
            .anyMatch(column -> column.filling().orElse(null) instanceof Filling.Identity);
    return numbers
        ? Fillings.numbered(
            base, Set.copyOf(schema().names()), written.stream().mapToLong(NewFile::rows).sum())
        : base;
  }

  /**
   * Puts the rows into a table's folder and commits them. When the commit fails the files go again,
   * unless it may have happened after all.
   */
  Commit into(FileStore folder, TableShape shape, Function<List<NewFile>, Commit> commit) {
    StagedFiles staged = new StagedFiles(folder);
    return staged.during(
        () -> {
          List<NewFile> files = new ArrayList<>();
          for (WrittenFile written : ParquetFiles.write(session, select, shape)) {
            files.add(staged.put(DataFileNames.next(shape), written));
          }
          return staged.commit(() -> commit.apply(files));
        });
  }

  @Override
  public void close() {
    own.ifPresent(DuckSession::close);
  }
}
