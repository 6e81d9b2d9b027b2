package io.boathouse.ingest.file;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.ingest.file.SelectGovernor.GovernedSelect;
import io.boathouse.ingest.file.TableWriting.Counts;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.write.TableService;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Loads files into tables: reads them in a locked session, shapes their rows, keeps what does not
 * fit with its reason, and commits exactly once per file. Thread-safe; blocks until the rows are
 * committed. A few loads run at once, on threads of their own.
 */
public final class FileLoader implements AutoCloseable {
  private static final long STACK_BYTES = 32L << 20;
  private static final int RUNNING = 2;
  private static final int WAITING = 32;

  private final Rooms rooms;
  private final DuckDb duckDb;
  private final SelectGovernor governor;
  private final ThreadPoolExecutor threads;

  /** What is asked of other modules. */
  public record Rooms(
      Authorizer authorizer,
      RelationService relations,
      PolicyService policies,
      LineageService lineage,
      TableService tables,
      SourceFiles files) {}

  public FileLoader(Rooms rooms, DuckDb duckDb, SelectGovernor governor) {
    this.rooms = rooms;
    this.duckDb = duckDb;
    this.governor = governor;
    this.threads =
        new ThreadPoolExecutor(
            RUNNING,
            RUNNING,
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            work -> {
              Thread thread = new Thread(null, work, "ingest-load", STACK_BYTES);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Loads a file. Asking again for the same file and table does nothing and tells the same.
   *
   * @throws LakeException INVALID_ARGUMENT for a file that is not what it should be, and whatever
   *     governs the table, the volume and the transform; nothing half-done stays in the table
   */
  public LoadResult load(Caller caller, LoadRequest request) {
    try {
      return threads.submit(() -> loadHere(caller, request)).get();
    } catch (RejectedExecutionException e) {
      throw LoadErrors.busy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoadErrors.stopped();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LakeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private LoadResult loadHere(Caller caller, LoadRequest request) {
    Optional<Relation> target = requireTarget(caller, request);
    FileFormat format =
        request
            .format()
            .or(() -> FileFormat.ofName(request.source().label()))
            .orElseThrow(() -> LoadErrors.unknownFormat(request.source().label()));
    GovernedSelect transform = transform(caller, request);
    GovernedSelect rules = rules(caller, request);
    List<Path> readable = transform.readable();
    try (DuckSession session = duckDb.open(DuckAccess.reading(readable))) {
      StagedFile file =
          StagedFile.copy(
              rooms.files().open(caller, request.source()),
              session.scratch(),
              request.source().label(),
              format);
      FileReading reading =
          new FileReading(session, file, request.reading(), expected(request, target));
      long read = reading.read();
      RowJudgement judgement = new RowJudgement(session, request.shaping());
      judge(session, transform, rules, reading, judgement);
      Counts counts =
          new Counts(read, judgement.written(), judgement.duplicates(), judgement.rejected());
      return new TableWriting(rooms, caller, session, file)
          .write(request.table(), target.isPresent(), judgement, counts, transform.inputs());
    }
  }

  /** Fails before the file is touched if the caller may not write there. */
  private Optional<Relation> requireTarget(Caller caller, LoadRequest request) {
    Optional<Relation> target = rooms.relations().find(caller, request.table());
    if (target.isPresent()) {
      Relation unused = rooms.relations().require(caller, Privilege.MODIFY, request.table());
    } else {
      Securable unused =
          rooms
              .authorizer()
              .require(
                  caller, Privilege.CREATE_TABLE, SecurableType.SCHEMA, request.table().parent());
    }
    return target;
  }

  private GovernedSelect transform(Caller caller, LoadRequest request) {
    String select = request.shaping().transform().orElse("SELECT * FROM source");
    return governor.govern(caller, select, Map.of("source", FileReading.SOURCE));
  }

  private GovernedSelect rules(Caller caller, LoadRequest request) {
    GovernedSelect rules =
        governor.govern(
            caller,
            RowJudgement.rulesQuery(
                request.shaping().rejects().isEmpty()
                    ? List.of(new LoadRequest.RejectRule("none", "false"))
                    : request.shaping().rejects()),
            Map.of(RowJudgement.TRANSFORMED, RowJudgement.TRANSFORMED));
    if (!rules.inputs().isEmpty()) {
      throw LoadErrors.notOneExpression();
    }
    return rules;
  }

  /** An existing table says the types of the columns that the request does not speak for. */
  private static Map<String, String> expected(LoadRequest request, Optional<Relation> target) {
    Map<String, String> types = new LinkedHashMap<>();
    if (request.shaping().transform().isEmpty()) {
      target.ifPresent(
          relation ->
              relation
                  .columns()
                  .forEach(
                      column ->
                          types.put(column.name().toLowerCase(Locale.ROOT), column.typeText())));
    }
    return types;
  }

  private static void judge(
      DuckSession session,
      GovernedSelect transform,
      GovernedSelect rules,
      FileReading reading,
      RowJudgement judgement) {
    transform.bind(session);
    try {
      judgement.evaluate(transform.sql(), rules.sql());
    } catch (LakeException e) {
      reading.requireReadable();
      throw LoadErrors.transformFailed(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
