package io.boathouse.catalog.commit;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What lies in the log of a catalog-managed table, whoever put it there. */
public final class LogFolder {
  private static final StoragePath LOG = StoragePath.of("_delta_log");
  private static final StoragePath STAGED = LOG.resolve("_staged_commits");
  private static final int LONGEST_LINE = 1 << 20;
  private static final int LARGEST_FIRST_VERSION = 64 << 20;

  private final FileStore folder;

  /**
   * @param folder of the table
   */
  public LogFolder(FileStore folder) {
    this.folder = folder;
  }

  /** Where a version is published. */
  public static StoragePath published(long version) {
    return LOG.resolve(String.format(Locale.ROOT, "%020d.json", version));
  }

  /** Where staged commits are. */
  public static StoragePath staged() {
    return STAGED;
  }

  /** Where a staged commit is. */
  public static StoragePath staged(String fileName) {
    return STAGED.resolve(fileName);
  }

  /**
   * Fails unless the staged file is there and is what the writer says: a commit that nobody can
   * read would end the table.
   *
   * @throws LakeException INVALID_ARGUMENT
   */
  void requireStaged(StagedCommit commit) {
    FileInfo file =
        folder
            .find(staged(commit.fileName()))
            .orElseThrow(() -> CommitErrors.noStagedFile(commit.fileName()));
    if (file.size() != commit.size()) {
      throw CommitErrors.invalid(
          "file-size", Long.toString(commit.size()), file.size() + ", as the file has");
    }
    long at = inCommitTimestamp(staged(commit.fileName())).orElse(-1L);
    if (at != commit.at()) {
      throw CommitErrors.invalid(
          "timestamp", Long.toString(commit.at()), at + ", the inCommitTimestamp of the file");
    }
  }

  /**
   * What the published first version says the table is.
   *
   * @throws LakeException INVALID_ARGUMENT if there is none that says it
   */
  LoggedDescription firstVersion() {
    FileInfo file = folder.find(published(0)).orElseThrow(CommitErrors::noFirstVersion);
    if (file.size() > LARGEST_FIRST_VERSION) {
      throw CommitErrors.invalid(
          "version 0", file.size() + " bytes", "at most " + LARGEST_FIRST_VERSION + " bytes");
    }
    LoggedDescription first = LoggedDescription.of(folder.read(file.path(), 0, (int) file.size()));
    if (!first.isComplete()) {
      throw CommitErrors.noFirstVersion();
    }
    return first;
  }

  /** The time inside the published first version; empty if there is none that can be read. */
  Optional<Long> firstVersionAt() {
    return folder.find(published(0)).flatMap(file -> inCommitTimestamp(file.path()));
  }

  /** Up to which version, of those after one that is, the versions really are published. */
  long publishedUpTo(long published, long upTo, Iterable<StagedCommit> ascending) {
    long reached = published;
    for (StagedCommit commit : ascending) {
      if (commit.version() > upTo || !isPublished(commit)) {
        break;
      }
      reached = commit.version();
    }
    return reached;
  }

  private boolean isPublished(StagedCommit commit) {
    Optional<FileInfo> file = folder.find(published(commit.version()));
    return file.filter(found -> found.size() == commit.size()).isPresent()
        && isSame(published(commit.version()), staged(commit.fileName()));
  }

  private boolean isSame(StoragePath one, StoragePath other) {
    try (InputStream first = folder.open(one);
        InputStream second = folder.open(other)) {
      byte[] ours;
      do {
        ours = first.readNBytes(1 << 16);
        if (!Arrays.equals(ours, second.readNBytes(1 << 16))) {
          return false;
        }
      } while (ours.length > 0);
      return true;
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return false;
      }
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Delta wants a commit with a time inside to say it in its first line. */
  private Optional<Long> inCommitTimestamp(StoragePath file) {
    try (var reader =
        new BufferedReader(new InputStreamReader(folder.open(file), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int c = reader.read();
          c >= 0 && c != '\n' && line.length() < LONGEST_LINE;
          c = reader.read()) {
        line.append((char) c);
      }
      JsonNode at = Json.parse(line.toString()).at("/commitInfo/inCommitTimestamp");
      return at.isIntegralNumber() ? Optional.of(at.longValue()) : Optional.empty();
    } catch (LakeException e) {
      if (e.code() == ErrorCode.INVALID_ARGUMENT || e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
