package io.boathouse.table.delta;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Operation;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.ConcurrentTransactionException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.hook.PostCommitHook.PostCommitHookType;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.transaction.CreateTableTransactionBuilder;
import io.delta.kernel.transaction.DataLayoutSpec;
import io.delta.kernel.transaction.UpdateTableTransactionBuilder;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits: Kernel decides what goes into a version, {@link NotingCommitter} writes it. */
final class DeltaWriter {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaWriter.class);
  private static final int APPEND_RETRIES = 200;
  private static final int OVERWRITE_TRIES = 20;
  private static final String FORBIDDEN_IN_NAMES = " ,;{}()\n\t=";
  private static final List<String> UNKNOWN_TO_KERNEL =
      List.of(Conflicts.LEVEL, TableProperties.AUTO_COMPACT, ParquetCodec.PROPERTY);
  private static final String ENGINE_INFO = DeltaLog.ENGINE;

  private final FileStore folder;
  private final Engine engine;
  private final Supplier<DeltaSnapshot> latest;

  DeltaWriter(FileStore folder, Engine engine, Supplier<DeltaSnapshot> latest) {
    this.folder = folder;
    this.engine = engine;
    this.latest = latest;
  }

  Commit create(NewDeltaTable table, List<NewFile> files, CommitNote note) {
    if (!table.properties().containsKey("delta.columnMapping.mode")) {
      table.schema().columns().forEach(DeltaWriter::checkName);
    }
    Map<String, String> properties = new HashMap<>(table.properties());
    var unused = ParquetCodec.of(properties);
    Map<String, String> unknown = takeUnknown(properties);
    properties.putIfAbsent("delta.enableInCommitTimestamps", "true");
    NotingCommitter committer = committer(files, note, Map.of(), true).with(unknown);
    return DeltaLog.translating(
        () -> {
          CreateTableTransactionBuilder builder =
              TableManager.buildCreateTableTransaction(
                      StoreFileIo.ROOT, DeltaTypes.kernel(table.schema()), ENGINE_INFO)
                  .withTableProperties(properties)
                  .withMaxRetries(0)
                  .withCommitter(committer);
          if (!table.partitionColumns().isEmpty()) {
            builder =
                builder.withDataLayoutSpec(
                    DataLayoutSpec.partitioned(
                        table.partitionColumns().stream()
                            .map(io.delta.kernel.expressions.Column::new)
                            .toList()));
          }
          Transaction transaction = builder.build(engine);
          List<Row> actions = adds(transaction, table.schema(), files);
          // a checksum would hold the properties as Kernel knows them
          return commit(new Ready(transaction, committer, actions, unknown.isEmpty()), files, note);
        });
  }

  /** Takes out what Delta knows and Kernel refuses. */
  static Map<String, String> takeUnknown(Map<String, String> properties) {
    Map<String, String> unknown = new HashMap<>();
    for (String key : UNKNOWN_TO_KERNEL) {
      String value = properties.remove(key);
      if (value != null) {
        unknown.put(key, value);
      }
    }
    return unknown;
  }

  Commit append(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    try {
      return DeltaLog.translating(
          () -> {
            NotingCommitter committer = committer(files, note, Map.of(), true);
            Transaction transaction = update(base, note, committer, APPEND_RETRIES);
            List<Row> actions = adds(transaction, base.schema(), files);
            return commit(new Ready(transaction, committer, actions, true), files, note);
          });
    } catch (LakeException e) {
      return appliedMeanwhile(files, note, e);
    }
  }

  /**
   * Every try removes exactly the files of the version that it builds on, and fails if that is not
   * the latest any more: rows that were appended meanwhile are never kept by accident.
   */
  Commit overwrite(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    for (int i = 1; ; i++) {
      DeltaSnapshot now = latest.get();
      if ("true".equals(now.properties().get("delta.appendOnly"))) {
        throw DeltaErrors.appendOnly();
      }
      if (!now.schema().equals(base.schema())) {
        throw DeltaErrors.schemaChanged();
      }
      try {
        return overwriteOnce(now, files, note);
      } catch (ConcurrentTransactionException e) {
        return appliedMeanwhile(files, note, DeltaErrors.conflict(e));
      } catch (ConcurrentWriteException | MaxCommitRetryLimitReachedException e) {
        if (i == OVERWRITE_TRIES) {
          throw DeltaErrors.conflict(e);
        }
      } catch (LakeException e) {
        throw e;
      } catch (RuntimeException e) {
        throw DeltaErrors.of(e);
      }
    }
  }

  private Commit overwriteOnce(DeltaSnapshot base, List<NewFile> files, CommitNote note) {
    List<AddFile> old = base.addFiles();
    Map<String, String> removed = Map.of("numRemovedFiles", Integer.toString(old.size()));
    NotingCommitter committer = committer(files, note, removed, false);
    Transaction transaction = update(base, note, committer, 0);
    List<Row> actions = adds(transaction, base.schema(), files);
    for (AddFile file : old) {
      actions.add(
          SingleAction.createRemoveFileSingleAction(file.toRemoveFileRow(true, Optional.empty())));
    }
    return commit(new Ready(transaction, committer, actions, true), files, note);
  }

  /** Others may append beside it; a file that they took away or changed is a conflict. */
  Commit rearrange(
      DeltaSnapshot base,
      List<LoggedFile> old,
      List<NewFile> files,
      Map<String, String> tags,
      CommitNote note) {
    return DeltaLog.translating(
        () -> {
          Map<String, String> metrics =
              Map.of(
                  "numAddedFiles", Integer.toString(files.size()),
                  "numAddedBytes", Long.toString(bytes(files)),
                  "numRemovedFiles", Integer.toString(old.size()),
                  "numRemovedBytes", Long.toString(size(old)));
          NotingCommitter committer = committer(files, note, metrics, false);
          Transaction transaction = update(base, note, committer, APPEND_RETRIES);
          List<Row> actions = new ArrayList<>();
          for (Row add : adds(transaction, base.schema(), files)) {
            AddFile file = new AddFile(add.getStruct(SingleAction.ADD_FILE_ORDINAL));
            actions.add(
                SingleAction.createAddFileSingleAction(
                    LoggedFile.of(file).withTags(tags).kernel(false).toRow()));
          }
          old.forEach(file -> actions.add(removal(file, false)));
          return commit(new Ready(transaction, committer, actions, true), files, note);
        });
  }

  /** Fails if the base is not the latest version any more. */
  Commit exchange(
      DeltaSnapshot base,
      List<LoggedFile> removed,
      List<LoggedFile> added,
      Map<String, String> metrics,
      CommitNote note) {
    return DeltaLog.translating(
        () -> {
          NotingCommitter committer = new NotingCommitter(folder, note, metrics, false);
          Transaction transaction = update(base, note, committer, 0);
          List<Row> actions = new ArrayList<>();
          added.forEach(
              file -> actions.add(SingleAction.createAddFileSingleAction(file.kernel().toRow())));
          removed.forEach(file -> actions.add(removal(file, true)));
          return commit(new Ready(transaction, committer, actions, true), List.of(), note);
        });
  }

  private static Row removal(LoggedFile file, boolean dataChange) {
    return SingleAction.createRemoveFileSingleAction(
        file.kernel().toRemoveFileRow(dataChange, Optional.empty()));
  }

  private static long size(List<LoggedFile> files) {
    return files.stream().mapToLong(LoggedFile::size).sum();
  }

  private Transaction update(
      DeltaSnapshot base, CommitNote note, NotingCommitter committer, int retries) {
    if (base.mapping() != DeltaSnapshot.Mapping.NONE) {
      throw DeltaErrors.unsupported("writing with column mapping");
    }
    WritableFeatures.requireForKernel(base);
    UpdateTableTransactionBuilder builder =
        base.kernel(committer)
            .buildUpdateTableTransaction(ENGINE_INFO, Operation.WRITE)
            .withMaxRetries(retries);
    if (note.transaction().isPresent()) {
      TransactionId id = note.transaction().get();
      builder = builder.withTransactionId(id.appId(), id.version());
    }
    return builder.build(engine);
  }

  private NotingCommitter committer(
      List<NewFile> files, CommitNote note, Map<String, String> more, boolean blindAppend) {
    Map<String, String> metrics = new HashMap<>(more);
    metrics.put("numFiles", Integer.toString(files.size()));
    metrics.put("numOutputRows", Long.toString(rows(files)));
    metrics.put("numOutputBytes", Long.toString(bytes(files)));
    return new NotingCommitter(folder, note, metrics, blindAppend);
  }

  private List<Row> adds(Transaction transaction, TableSchema schema, List<NewFile> files) {
    Row state = transaction.getTransactionState(engine);
    List<Row> rows = new ArrayList<>();
    for (NewFile file : files) {
      Map<String, Literal> partition = new HashMap<>();
      for (String column : transaction.getPartitionColumns(engine)) {
        DataType type = schema.column(column).orElseThrow().type();
        partition.put(column, PartitionValues.literal(file.partitionValues().get(column), type));
      }
      DataWriteContext context = Transaction.getWriteContext(engine, state, partition);
      DataFileStatus status =
          new DataFileStatus(
              StoreFileIo.absolute(file.path()),
              file.size(),
              file.modifiedAt().toEpochMilli(),
              Optional.of(StatisticsJson.kernel(file.statistics(), schema)));
      try (CloseableIterator<Row> actions =
          Transaction.generateAppendActions(
              engine, state, Utils.singletonCloseableIterator(status), context)) {
        actions.forEachRemaining(rows::add);
      } catch (IOException e) {
        throw DeltaErrors.internal("The actions of an append could not be made", e);
      }
    }
    return rows;
  }

  /** A transaction with all it needs, and whether its checksum may be written. */
  private record Ready(
      Transaction transaction, NotingCommitter committer, List<Row> actions, boolean checksum) {}

  private Commit commit(Ready ready, List<NewFile> files, CommitNote note) {
    try {
      TransactionCommitResult result =
          ready
              .transaction()
              .commit(
                  engine,
                  CloseableIterable.inMemoryIterable(
                      Utils.toCloseableIterator(ready.actions().iterator())));
      for (PostCommitHook hook : result.getPostCommitHooks()) {
        if (hook.getType() == PostCommitHookType.CHECKSUM_SIMPLE && ready.checksum()) {
          run(hook, result.getVersion());
        }
      }
    } catch (RuntimeException e) {
      Commit there = ready.committer().committed().orElseThrow(() -> e);
      LOG.warn("What follows version {} failed", there.version(), e);
    }
    Commit written = ready.committer().committed().orElseThrow();
    return new Commit(
        written.version(),
        written.at(),
        note.operation(),
        rows(files),
        files.size(),
        bytes(files),
        note.parameters(),
        written.metrics(),
        false);
  }

  /** A checksum that fails costs speed and nothing else: the commit stands. */
  private void run(PostCommitHook hook, long version) {
    try {
      hook.threadSafeInvoke(engine);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} after version {} was not written", hook.getType(), version, e);
    }
  }

  /** Whether another try made the commit, or this one after all, whose files it then holds. */
  private Commit ofWhom(Commit commit, List<NewFile> files) {
    boolean ours =
        !files.isEmpty() && new History(folder).mentions(commit.version(), files.getFirst().path());
    return ours ? commit : commit.asAlreadyApplied();
  }

  private Commit appliedMeanwhile(List<NewFile> files, CommitNote note, LakeException failure) {
    try {
      if (note.transaction().isPresent()) {
        TransactionId id = note.transaction().get();
        DeltaSnapshot now = latest.get();
        if (now.lastTransaction(id.appId()).filter(last -> last >= id.version()).isPresent()) {
          return ofWhom(new History(folder).ofTransaction(now, id), files);
        }
      }
    } catch (LakeException e) {
      failure.addSuppressed(e);
    }
    throw failure;
  }

  static void checkName(Column column) {
    if (column.name().chars().anyMatch(c -> FORBIDDEN_IN_NAMES.indexOf(c) >= 0)) {
      throw DeltaErrors.invalidColumnName(column.name());
    }
  }

  private static long rows(List<NewFile> files) {
    return files.stream().mapToLong(NewFile::rows).sum();
  }

  private static long bytes(List<NewFile> files) {
    return files.stream().mapToLong(NewFile::size).sum();
  }
}
