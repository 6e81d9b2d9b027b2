package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A table's log read version by version for what each did to rows: the reader requirements for
 * change data files of the Delta protocol. Thread-safe.
 */
public final class ChangeLog {
  private static final StoragePath FOLDER = StoragePath.of("_delta_log");
  private static final int PAGE = 1_000;

  private final DeltaLog log;
  private final FileStore folder;

  public ChangeLog(DeltaLog log) {
    this.log = log;
    this.folder = log.folder();
  }

  /**
   * What a version did.
   *
   * @param columns the version whose partition columns the files are described by
   * @throws LakeException NOT_FOUND if its file was cleaned away
   */
  public VersionChanges of(long version, DeltaSnapshot columns) {
    StoragePath path = DeltaLog.versionFile(version);
    FileInfo file = folder.find(path).orElseThrow(() -> gone(version));
    Reading reading = new Reading(columns);
    try (var lines =
        new BufferedReader(new InputStreamReader(folder.open(path), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          reading.take(Json.parse(line));
        }
      }
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    } catch (LakeException | IllegalArgumentException e) {
      if (e instanceof LakeException away && away.code() == ErrorCode.UNAVAILABLE) {
        throw away;
      }
      throw DeltaErrors.broken("version file " + path.name() + " cannot be read", e);
    }
    return reading.done(version, file);
  }

  /**
   * The first version at an instant or after it.
   *
   * @return empty if all are older
   */
  public OptionalLong firstSince(Instant instant) {
    DeltaSnapshot newest = log.latest();
    if (newest.at().isBefore(instant)) {
      return OptionalLong.empty();
    }
    long oldest = oldest();
    if (!instant.isAfter(log.at(oldest).at())) {
      return OptionalLong.of(oldest);
    }
    DeltaSnapshot before = log.at(instant);
    return OptionalLong.of(before.version() + (before.at().isBefore(instant) ? 1 : 0));
  }

  /** The error for a version that the log does not have, or not any more. */
  public LakeException gone(long version) {
    long newest = log.latest().version();
    return version > newest || version < 0
        ? DeltaErrors.noVersion(version, newest)
        : DeltaErrors.versionCleaned(version, oldest());
  }

  /** The oldest version whose file is still there. */
  long oldest() {
    Optional<StoragePath> after = Optional.empty();
    List<FileInfo> page;
    do {
      page = folder.list(FOLDER, after, PAGE);
      for (FileInfo file : page) {
        if (file.path().parent().equals(FOLDER) && file.path().name().matches("\\d{20}\\.json")) {
          return Long.parseLong(file.path().name().substring(0, 20));
        }
      }
      after = page.isEmpty() ? after : Optional.of(page.getLast().path());
    } while (page.size() == PAGE);
    return log.latest().version();
  }

  private static final class Reading {
    private final DeltaSnapshot columns;
    private final List<DataFile> added = new ArrayList<>();
    private final List<DataFile> removed = new ArrayList<>();
    private final List<DataFile> changes = new ArrayList<>();
    private String operation = "";
    private Optional<Instant> at = Optional.empty();
    private boolean altered;

    Reading(DeltaSnapshot columns) {
      this.columns = columns;
    }

    void take(JsonNode action) {
      JsonNode info = action.path("commitInfo");
      if (info.isObject()) {
        operation = info.path("operation").asText();
        JsonNode instant = info.path("inCommitTimestamp");
        at =
            instant.isIntegralNumber()
                ? Optional.of(Instant.ofEpochMilli(instant.longValue()))
                : Optional.empty();
      }
      altered |= action.has("metaData") || action.has("protocol");
      take(action.path("add"), added);
      take(action.path("remove"), removed);
      if (action.path("cdc").isObject()) {
        changes.add(columns.dataFile(LoggedFile.ofOther(action.path("cdc"))));
      }
    }

    private void take(JsonNode file, List<DataFile> files) {
      if (file.isObject() && file.path("dataChange").asBoolean(true)) {
        requirePartition(file);
        files.add(columns.dataFile(LoggedFile.ofOther(file)));
      }
    }

    /** A removal need not tell more than a path. */
    private void requirePartition(JsonNode file) {
      if (!columns.partitionColumns().isEmpty() && !file.path("partitionValues").isObject()) {
        throw new IllegalArgumentException("partitionValues: missing");
      }
    }

    VersionChanges done(long version, FileInfo file) {
      return new VersionChanges(
          version, at.orElse(file.modifiedAt()), operation, altered, added, removed, changes);
    }
  }
}
