package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.commit.CommitMetadata;
import io.delta.kernel.commit.CommitResponse;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.internal.json.JsonUtils;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.CommitInfo;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.files.ParsedDeltaData;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a commit that Kernel decided on, with the operation's own name, parameters and metrics in
 * its history entry. The commit happens by put-if-absent of the version's file.
 */
final class NotingCommitter implements Committer {
  private final FileStore folder;
  private final CommitNote note;
  private final Map<String, String> metrics;
  private final boolean blindAppend;
  private final Map<String, String> properties;
  private @Nullable Commit committed;

  NotingCommitter(
      FileStore folder, CommitNote note, Map<String, String> metrics, boolean blindAppend) {
    this.folder = folder;
    this.note = note;
    this.metrics = metrics;
    this.blindAppend = blindAppend;
    this.properties = Map.of();
  }

  private NotingCommitter(NotingCommitter other, Map<String, String> properties) {
    this.folder = other.folder;
    this.note = other.note;
    this.metrics = other.metrics;
    this.blindAppend = other.blindAppend;
    this.properties = properties;
  }

  /** The same, adding properties to the table that the commit creates. */
  NotingCommitter with(Map<String, String> more) {
    return new NotingCommitter(this, more);
  }

  @Override
  public CommitResponse commit(
      Engine engine, CloseableIterator<Row> actions, CommitMetadata metadata)
      throws CommitFailedException {
    StoragePath path = StoreFileIo.inFolder(metadata.getPublishedDeltaFilePath());
    byte[] content = lines(actions, metadata.getCommitInfo());
    if (!VersionFile.put(folder, path, content)) {
      throw new CommitFailedException(
          true, true, "Version " + metadata.getVersion() + " is taken by another writer");
    }
    Commit done = History.of(metadata.getVersion(), content);
    committed = done;
    return new CommitResponse(
        ParsedDeltaData.forFileStatus(
            FileStatus.of(StoreFileIo.absolute(path), content.length, done.at().toEpochMilli())));
  }

  /** The commit, once it is there: whatever fails afterwards takes nothing of it away. */
  Optional<Commit> committed() {
    return Optional.ofNullable(committed);
  }

  private byte[] lines(CloseableIterator<Row> actions, CommitInfo info) {
    StringBuilder text = new StringBuilder();
    try (actions) {
      while (actions.hasNext()) {
        Row action = actions.next();
        boolean history = !action.isNullAt(SingleAction.COMMIT_INFO_ORDINAL);
        String line = JsonUtils.rowToJson(history ? noted(info) : action);
        boolean metadata = !action.isNullAt(SingleAction.METADATA_ORDINAL);
        text.append(metadata ? withProperties(line) : line).append('\n');
      }
    } catch (IOException e) {
      throw DeltaErrors.internal("The actions of a commit could not be read", e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private String withProperties(String line) {
    JsonNode action = Json.parse(line);
    if (action.at("/metaData/configuration") instanceof ObjectNode configuration) {
      properties.forEach(configuration::put);
    }
    return Json.writeText(action);
  }

  private Row noted(CommitInfo info) {
    CommitInfo noted =
        new CommitInfo(
            info.getInCommitTimestamp(),
            info.getTimestamp(),
            info.getEngineInfo(),
            Optional.of(note.operation()),
            note.parameters(),
            Optional.of(blindAppend),
            info.getTxnId(),
            metrics);
    return SingleAction.createCommitInfoSingleAction(noted.toRow());
  }
}
