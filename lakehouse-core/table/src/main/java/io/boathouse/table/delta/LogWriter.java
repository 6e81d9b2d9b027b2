package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Commits what Kernel refuses or cannot judge: changes of rows, which need a look at what they
 * read, change feeds, constraints and schemas without column mapping. A version is put if absent;
 * whoever comes second checks the winner and goes after it, or fails.
 */
final class LogWriter {
  private static final int TRIES = 200;
  private static final String ROWS_KEPT = "delta.rowTracking.preserved";

  private final FileStore folder;
  private final Supplier<DeltaSnapshot> latest;
  private final InstantSource clock;
  private final CommitHook hook;

  LogWriter(
      FileStore folder, Supplier<DeltaSnapshot> latest, InstantSource clock, CommitHook hook) {
    this.folder = folder;
    this.latest = latest;
    this.clock = clock;
    this.hook = hook;
  }

  /**
   * Commits a change of rows.
   *
   * @param base the version that it was computed on
   * @throws LakeException CONFLICT naming the commit in its way; UNSUPPORTED naming the feature
   *     that would be lost
   */
  Commit change(DeltaSnapshot base, FileChange change, CommitNote note, Reads reads) {
    WritableFeatures.require(base);
    if (change.takesRowsAway() && "true".equals(base.properties().get("delta.appendOnly"))) {
      throw DeltaErrors.appendOnly();
    }
    List<String> actions = new ArrayList<>(base.alterations());
    Optional<DeletionVectors.Written> vectors =
        change.marked().isEmpty()
            ? Optional.empty()
            : Optional.of(DeletionVectors.write(folder, change.marked()));
    try {
      long at = removedAt(base);
      change.added().forEach(file -> actions.add(Actions.add(file, base)));
      change.changes().forEach(file -> actions.add(Actions.change(file, base)));
      actions.addAll(removals(base, change, vectors, at));
      return commit(base, change, actions, note, reads);
    } catch (RuntimeException e) {
      if (Refusals.isSure(e)) {
        vectors.ifPresent(written -> discard(written.file(), e));
      }
      throw e;
    }
  }

  /** A file that stays is nobody's, and goes with a vacuum. */
  private void discard(StoragePath file, RuntimeException failure) {
    try {
      folder.delete(file);
    } catch (LakeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Makes version 0, without rows. */
  Commit create(NewDeltaTable table, CommitNote note) {
    return new FirstVersion(table, clock.millis()).put(folder, note);
  }

  /** Commits another schema or other properties, with the features that they need. */
  Commit alter(DeltaSnapshot base, Alteration alteration, CommitNote note, Reads reads) {
    WritableFeatures.require(base);
    DeltaSnapshot altered = base.altered(alteration);
    FileChange nothing = new FileChange(List.of(), List.of(), Map.of(), List.of(), Map.of());
    return commit(altered, nothing, altered.alterations(), note, reads);
  }

  /** Commits other clustering columns, with the features that they need. */
  Commit cluster(DeltaSnapshot base, List<String> columns, CommitNote note) {
    WritableFeatures.require(base);
    List<String> actions = new ArrayList<>();
    TableFeatures.autoUpgradeProtocolBasedOnMetadata(
            base.kernel().getMetadata(),
            List.of(TableFeatures.CLUSTERING_W_FEATURE),
            base.kernel().getProtocol())
        .ifPresent(upgrade -> actions.add(Actions.protocol(upgrade._1)));
    actions.add(Actions.clustering(columns));
    FileChange nothing = new FileChange(List.of(), List.of(), Map.of(), List.of(), Map.of());
    return commit(base, nothing, actions, note, Reads.NOTHING);
  }

  /**
   * Commits files of the log in place of others.
   *
   * @param reads what besides the files themselves may not have changed
   */
  Commit exchange(DeltaSnapshot base, FileExchange exchange, CommitNote note, Reads reads) {
    WritableFeatures.require(base);
    if (exchange.dataChange() && "true".equals(base.properties().get("delta.appendOnly"))) {
      throw DeltaErrors.appendOnly();
    }
    long at = removedAt(base);
    List<String> actions = new ArrayList<>();
    exchange.added().forEach(file -> actions.add(Actions.add(file, exchange.dataChange())));
    exchange
        .removed()
        .forEach(file -> actions.add(Actions.remove(file.kernel(), at, exchange.dataChange())));
    return commit(base, exchange.checked(), actions, note, reads);
  }

  /** A clock that went back makes no removal look so old that nobody can need the file any more. */
  private long removedAt(DeltaSnapshot base) {
    return Math.max(clock.millis(), base.at().toEpochMilli());
  }

  private static List<String> removals(
      DeltaSnapshot base, FileChange change, Optional<DeletionVectors.Written> vectors, long at) {
    Map<StoragePath, DeletionVectorDescriptor> marks =
        vectors.map(DeletionVectors.Written::vectors).orElse(Map.of());
    Set<StoragePath> removed = Set.copyOf(change.removed());
    List<String> actions = new ArrayList<>();
    if (!change.takesRowsAway()) {
      return actions;
    }
    for (AddFile file : base.addFiles()) {
      StoragePath path = LoggedPath.of(file.getPath());
      if (removed.contains(path) || marks.containsKey(path)) {
        actions.add(Actions.remove(file, at));
      }
      if (marks.containsKey(path)) {
        actions.add(Actions.marked(file, marks.get(path)));
      }
    }
    return actions;
  }

  private Commit commit(
      DeltaSnapshot base, FileChange change, List<String> actions, CommitNote note, Reads reads) {
    Conflicts conflicts = new Conflicts(folder);
    long checked = base.version();
    hook.at(CommitHook.Phase.BEFORE_CHECK);
    for (int i = 0; i < TRIES; i++) {
      DeltaSnapshot now = latest.get();
      Optional<Commit> applied = applied(now, note);
      if (applied.isPresent()) {
        return applied.get();
      }
      conflicts.require(checked, now, change, reads);
      checked = now.version();
      hook.at(CommitHook.Phase.BEFORE_PUT);
      long version = now.version() + 1;
      List<String> numbered = FreshRowIds.given(base, now, actions);
      byte[] content = content(numbered, head(base, now, change, note, reads), note);
      if (VersionFile.put(folder, DeltaLog.versionFile(version), content)) {
        return History.of(version, content);
      }
    }
    throw DeltaErrors.tooManyTries(checked);
  }

  private Optional<Commit> applied(DeltaSnapshot now, CommitNote note) {
    return note.transaction()
        .filter(
            id -> now.lastTransaction(id.appId()).filter(last -> last >= id.version()).isPresent())
        .map(id -> new History(folder).ofTransaction(now, id).asAlreadyApplied());
  }

  private byte[] content(List<String> actions, ObjectNode head, CommitNote note) {
    StringBuilder text = new StringBuilder(Actions.action("commitInfo", head)).append('\n');
    note.transaction()
        .ifPresent(id -> text.append(Actions.transaction(id, clock.millis())).append('\n'));
    actions.forEach(action -> text.append(action).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Time in commits never stands still or goes back, whatever the clock does. */
  private ObjectNode head(
      DeltaSnapshot base, DeltaSnapshot now, FileChange change, CommitNote note, Reads reads) {
    ObjectNode head = Json.mapper().createObjectNode();
    long at = Math.max(clock.millis(), now.at().toEpochMilli() + 1);
    if (TableConfig.IN_COMMIT_TIMESTAMPS_ENABLED.fromMetadata(now.kernel().getMetadata())) {
      head.put("inCommitTimestamp", at);
    }
    head.put("timestamp", at);
    head.put("operation", note.operation());
    ObjectNode parameters = head.putObject("operationParameters");
    note.parameters().forEach(parameters::put);
    head.put("readVersion", base.version());
    head.put("isolationLevel", Conflicts.levelOf(base));
    boolean append = !change.added().isEmpty() && !change.takesRowsAway();
    head.put("isBlindAppend", append && reads.equals(Reads.NOTHING));
    ObjectNode metrics = head.putObject("operationMetrics");
    metrics(change).forEach(metrics::put);
    if (base.numbersRows()) {
      head.putObject("tags").put(ROWS_KEPT, Boolean.toString(base.rowTracking().isPresent()));
    }
    head.put("engineInfo", DeltaLog.ENGINE);
    head.put("txnId", UUID.randomUUID().toString());
    return head;
  }

  private static Map<String, String> metrics(FileChange change) {
    Map<String, String> metrics = new HashMap<>(change.metrics());
    if (!change.added().isEmpty()) {
      metrics.putIfAbsent("numAddedFiles", Integer.toString(change.added().size()));
    }
    return metrics;
  }
}
