package io.boathouse.table.delta;

import io.boathouse.catalog.commit.LogFolder;
import io.boathouse.catalog.commit.LoggedDescription;
import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.commit.RatifiedCommits.Window;
import io.boathouse.catalog.commit.StagedCommit;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a catalog-managed table, in which exactly the ratified versions lie under their own
 * names (Delta protocol, "Catalog-managed tables"). A version that is only staged is seen where it
 * will be published, a version's file that nobody ratified is not seen, and putting the next
 * version's file stages it, has it ratified, and publishes it. So all that reads and writes a log
 * does the same with these tables as with others. Thread-safe.
 */
final class RatifiedFolder implements FileStore {
  private static final Logger LOG = LoggerFactory.getLogger(RatifiedFolder.class);
  private static final Pattern VERSION = Pattern.compile("_delta_log/([0-9]{20})\\.json");
  private static final Set<ErrorCode> REFUSALS =
      Set.of(ErrorCode.CONFLICT, ErrorCode.INVALID_ARGUMENT, ErrorCode.RATE_LIMITED);

  private final FileStore folder;
  private final UUID tableId;
  private final RatifiedCommits commits;
  private volatile long published = -1;

  /**
   * @param folder with what really lies in it
   */
  RatifiedFolder(FileStore folder, UUID tableId, RatifiedCommits commits) {
    this.folder = folder;
    this.tableId = tableId;
    this.commits = commits;
  }

  /** The newest version that was ratified. */
  long latestVersion() {
    return window().latest();
  }

  /** The staged files that ratified versions have or had. */
  Set<StoragePath> stagedFiles() {
    return commits
        .stagedFiles(tableId)
        .orElseThrow(() -> DeltaErrors.notInCatalog(tableId.toString()))
        .stream()
        .map(LogFolder::staged)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Window window() {
    Window window =
        commits.window(tableId).orElseThrow(() -> DeltaErrors.notInCatalog(tableId.toString()));
    published = window.published();
    return window;
  }

  private static OptionalLong version(StoragePath path) {
    Matcher name = VERSION.matcher(path.value());
    return name.matches() ? OptionalLong.of(Long.parseLong(name.group(1))) : OptionalLong.empty();
  }

  /** Where what is seen at a path really lies; empty for a version that nobody ratified. */
  private Optional<StoragePath> place(StoragePath path) {
    OptionalLong version = version(path);
    if (version.isEmpty() || version.getAsLong() <= published) {
      return Optional.of(path);
    }
    Window window = window();
    if (version.getAsLong() > window.latest()) {
      return Optional.empty();
    }
    return Optional.of(
        staged(window, version.getAsLong())
            .map(commit -> LogFolder.staged(commit.fileName()))
            .orElse(path));
  }

  private StoragePath placeOf(StoragePath path) {
    return place(path)
        .orElseThrow(() -> DeltaErrors.noVersion(version(path).orElse(-1), latestVersion()));
  }

  private static Optional<StagedCommit> staged(Window window, long version) {
    return window.unpublished().stream().filter(commit -> commit.version() == version).findFirst();
  }

  /** Whether a version, as far as is known here, lies where all readers look for it. */
  boolean isPublished(long version) {
    return version <= published;
  }

  @Override
  public Optional<FileInfo> find(StoragePath path) {
    return place(path).flatMap(folder::find).map(file -> as(path, file));
  }

  private static FileInfo as(StoragePath path, FileInfo file) {
    return new FileInfo(path, file.size(), file.modifiedAt());
  }

  @Override
  public InputStream open(StoragePath path) {
    return folder.open(placeOf(path));
  }

  @Override
  public byte[] read(StoragePath path, long offset, int length) {
    return folder.read(placeOf(path), offset, length);
  }

  @Override
  public Path localCopy(StoragePath path) {
    return folder.localCopy(placeOf(path));
  }

  @Override
  public URI location(StoragePath path) {
    return folder.location(path);
  }

  @Override
  public List<FileInfo> list(StoragePath under, Optional<StoragePath> startAfter, int limit) {
    StoragePath log = StoragePath.of("_delta_log");
    if (!log.startsWith(under)) {
      return folder.list(under, startAfter, limit);
    }
    Window window = window();
    TreeMap<StoragePath, FileInfo> seen = new TreeMap<>();
    Optional<StoragePath> after = startAfter;
    boolean more = true;
    while (more && seen.size() < limit) {
      List<FileInfo> page = folder.list(under, after, limit);
      more = page.size() == limit;
      after = page.isEmpty() ? after : Optional.of(page.getLast().path());
      page.stream()
          .filter(file -> version(file.path()).orElse(-1) <= window.latest())
          .forEach(file -> seen.put(file.path(), file));
    }
    Optional<StoragePath> upTo = more ? after : Optional.empty();
    for (StagedCommit commit : window.unpublished()) {
      StoragePath path = LogFolder.published(commit.version());
      boolean inside =
          startAfter.filter(start -> path.compareTo(start) <= 0).isEmpty()
              && upTo.filter(end -> path.compareTo(end) > 0).isEmpty();
      if (inside) {
        folder
            .find(LogFolder.staged(commit.fileName()))
            .ifPresent(file -> seen.put(path, as(path, file)));
      }
    }
    return seen.values().stream().limit(limit).toList();
  }

  @Override
  public boolean putIfAbsent(StoragePath path, byte[] content) {
    OptionalLong version = version(path);
    return version.isEmpty()
        ? folder.putIfAbsent(path, content)
        : commit(version.getAsLong(), content);
  }

  private boolean commit(long version, byte[] content) {
    Window window = window();
    if (version <= window.latest()) {
      return false;
    }
    publish(window);
    LoggedDescription description = LoggedDescription.of(content);
    long at = description.at().orElseThrow(() -> DeltaErrors.noTimeInCommit(version));
    String name = String.format(Locale.ROOT, "%020d.%s.json", version, UUID.randomUUID());
    StoragePath place = LogFolder.staged(name);
    if (!folder.putIfAbsent(place, content)) {
      throw DeltaErrors.internal(
          "A staged commit has the name of another", new FileAlreadyExistsException(name));
    }
    StagedCommit staged = new StagedCommit(version, at, name, content.length, at);
    try {
      boolean unused = commits.ratify(tableId, staged, description::after);
    } catch (LakeException e) {
      if (REFUSALS.contains(e.code())) {
        folder.delete(place);
      }
      if (e.code() == ErrorCode.CONFLICT) {
        return false;
      }
      throw e.code() == ErrorCode.UNAVAILABLE ? DeltaErrors.outcomeUnknown(e) : e;
    } catch (RuntimeException e) {
      throw DeltaErrors.outcomeUnknown(e);
    }
    publishAfter(version, staged);
    return true;
  }

  /** Nothing that fails here takes the version away, which is ratified. */
  private void publishAfter(long version, StagedCommit staged) {
    try {
      boolean alone = published == version - 1;
      publish(alone ? new Window(version, version - 1, List.of(staged)) : window());
    } catch (RuntimeException e) {
      LOG.warn("Table {}: version {} is not published yet", tableId, version, e);
    }
  }

  /** What could not be published is ratified nevertheless; the next writer tries again. */
  private void publish(Window window) {
    try {
      long upTo = window.published();
      for (StagedCommit commit : window.unpublished().reversed()) {
        if (!publish(commit)) {
          LOG.warn("Table {}: a foreign file has the name of version {}", tableId, upTo + 1);
          break;
        }
        upTo = commit.version();
      }
      if (upTo > window.published()) {
        for (StagedCommit forgotten : commits.published(tableId, upTo)) {
          folder.delete(LogFolder.staged(forgotten.fileName()));
        }
        published = Math.max(published, upTo);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Table {}: versions after {} are not published yet", tableId, window.published(), e);
    }
  }

  private boolean publish(StagedCommit commit) throws IOException {
    try (InputStream in = folder.open(LogFolder.staged(commit.fileName()))) {
      byte[] content = in.readAllBytes();
      StoragePath target = LogFolder.published(commit.version());
      if (folder.putIfAbsent(target, content)) {
        return true;
      }
      try (InputStream there = folder.open(target)) {
        return Arrays.equals(there.readAllBytes(), content);
      }
    }
  }

  @Override
  public FileInfo put(StoragePath path, ContentWriter writer) {
    return folder.put(path, writer);
  }

  @Override
  public FileInfo putFile(StoragePath path, Path localFile) {
    return folder.putFile(path, localFile);
  }

  @Override
  public Listing listFolder(StoragePath under) {
    return folder.listFolder(under);
  }

  @Override
  public void delete(StoragePath path) {
    folder.delete(path);
  }

  @Override
  public void deleteFolder(StoragePath under) {
    folder.deleteFolder(under);
  }

  @Override
  public FileStore scoped(StoragePath under) {
    return folder.scoped(under);
  }

  @Override
  public void close() {
    folder.close();
  }
}
