package io.boathouse.table.delta;

import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.SnapshotBuilder;
import io.delta.kernel.TableManager;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.InvalidTableException;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.checksum.CRCInfo;
import io.delta.kernel.internal.checksum.ChecksumReader;
import io.delta.kernel.internal.files.ParsedDeltaData;
import io.delta.kernel.internal.fs.Path;
import io.delta.kernel.internal.lang.Lazy;
import io.delta.kernel.internal.metrics.SnapshotQueryContext;
import io.delta.kernel.internal.replay.LogReplay;
import io.delta.kernel.internal.snapshot.LogSegment;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.utils.FileStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has Kernel read versions, and makes the next version of a read one without a look at the log. */
final class KernelSnapshots {
  private static final Logger log = LoggerFactory.getLogger(KernelSnapshots.class);

  private final Engine engine;
  private final FileStore folder;

  KernelSnapshots(FileStore folder) {
    this.engine = new NamingEngine(new StoreFileIo(folder));
    this.folder = folder;
  }

  /**
   * Reads a version, past checkpoints that are damaged and a hint that is wrong.
   *
   * @throws DamagedFile if the log cannot do without a damaged file
   */
  SnapshotImpl load(UnaryOperator<SnapshotBuilder> which) {
    try {
      return read(which, Set.of());
    } catch (RuntimeException e) {
      Optional<DamagedFile> damage = DamagedFile.in(e).filter(DamagedFile::repeatsVersions);
      if (damage.isEmpty() && !(e instanceof InvalidTableException)) {
        throw e;
      }
      Set<String> passedBy = damage.map(file -> Set.of(file.name())).orElse(Set.of());
      try {
        return load(which, passedBy);
      } catch (RuntimeException again) {
        e.addSuppressed(again);
        throw e;
      }
    }
  }

  /**
   * Reads a version without some files of the log, which only repeat what its versions say.
   *
   * @param passedBy names of files
   */
  SnapshotImpl load(UnaryOperator<SnapshotBuilder> which, Set<String> passedBy) {
    Set<String> names = new HashSet<>(passedBy);
    names.add(StoreFileIo.HINT);
    while (true) {
      try {
        SnapshotImpl found = read(which, names);
        log.warn("A table's log was read past damaged files: {}", names);
        return found;
      } catch (RuntimeException e) {
        Optional<DamagedFile> damage = DamagedFile.in(e).filter(DamagedFile::repeatsVersions);
        if (damage.isEmpty() || !names.add(damage.get().name())) {
          throw e;
        }
      }
    }
  }

  /** A newest version that is older than a file of the log would be a look into the past. */
  private SnapshotImpl read(UnaryOperator<SnapshotBuilder> which, Set<String> passedBy) {
    StoreFileIo files = new StoreFileIo(folder, passedBy);
    SnapshotBuilder builder = which.apply(newest(TableManager.loadSnapshot(StoreFileIo.ROOT)));
    SnapshotImpl found = (SnapshotImpl) builder.build(new NamingEngine(files));
    if (found.wasBuiltAsLatest() && found.getVersion() < files.highestListed()) {
      throw new InvalidTableException(
          StoreFileIo.ROOT,
          "The log has files of version %d, but what leads there from version %d is not there"
              .formatted(files.highestListed(), found.getVersion()));
    }
    return found;
  }

  /** Kernel wants to be told the newest version of a table whose versions a catalog decides. */
  private SnapshotBuilder newest(SnapshotBuilder builder) {
    return folder instanceof RatifiedFolder ratified
        ? builder.withMaxCatalogVersion(ratified.latestVersion())
        : builder;
  }

  /** Whether a catalog decides which versions there are. */
  boolean isCatalogManaged() {
    return folder instanceof RatifiedFolder;
  }

  Engine engine() {
    return engine;
  }

  FileStore folder() {
    return folder;
  }

  /** The version after another, of the same schema, properties and protocol. */
  SnapshotImpl next(SnapshotImpl before, FileInfo versionFile, Optional<Long> inCommitTimestamp) {
    FileStatus file =
        FileStatus.of(
            StoreFileIo.absolute(versionFile.path()),
            versionFile.size(),
            versionFile.modifiedAt().toEpochMilli());
    LogSegment segment =
        before.getLogSegment().newWithAddedDeltas(List.of(ParsedDeltaData.forFileStatus(file)));
    return of(before, segment, before.getCommitter(), inCommitTimestamp);
  }

  /** The same version as it would be with other metadata, and the protocol that this needs. */
  SnapshotImpl altered(
      SnapshotImpl before, Alteration alteration, Optional<Long> inCommitTimestamp) {
    Metadata metadata = alteration.applied(before.getMetadata());
    Protocol protocol = TableProtocol.of(metadata, before.getProtocol());
    return of(
        new Content(protocol, metadata, before.getCommitter()),
        before,
        before.getLogSegment(),
        inCommitTimestamp);
  }

  /** Whether readers that do not ask the catalog can see a version. */
  boolean isPublished(long version) {
    return !(folder instanceof RatifiedFolder ratified) || ratified.isPublished(version);
  }

  /**
   * The same version for writing a checkpoint of it. Kernel does not learn that versions, which it
   * was told one by one, were published meanwhile.
   */
  SnapshotImpl forCheckpoint(SnapshotImpl kept) {
    SnapshotImpl snapshot =
        isCatalogManaged() ? load(builder -> builder.atVersion(kept.getVersion())) : kept;
    Protocol protocol = TableProtocol.forCheckpoint(snapshot.getProtocol(), snapshot.getMetadata());
    return protocol.equals(snapshot.getProtocol())
        ? snapshot
        : of(
            new Content(protocol, snapshot.getMetadata(), snapshot.getCommitter()),
            snapshot,
            snapshot.getLogSegment(),
            Optional.empty());
  }

  /** What a snapshot says, and who commits after it. */
  private record Content(Protocol protocol, Metadata metadata, Committer committer) {}

  /** The same version, whose transactions are committed by the given committer. */
  SnapshotImpl with(SnapshotImpl snapshot, Committer committer, Optional<Long> inCommitTimestamp) {
    return of(snapshot, snapshot.getLogSegment(), committer, inCommitTimestamp);
  }

  private SnapshotImpl of(
      SnapshotImpl like,
      LogSegment segment,
      Committer committer,
      Optional<Long> inCommitTimestamp) {
    return of(
        new Content(like.getProtocol(), like.getMetadata(), committer),
        like,
        segment,
        inCommitTimestamp);
  }

  private SnapshotImpl of(
      Content content, SnapshotImpl like, LogSegment segment, Optional<Long> inCommitTimestamp) {
    SnapshotQueryContext context = SnapshotQueryContext.forLatestSnapshot(StoreFileIo.ROOT);
    context.setResolvedVersion(segment.getVersion());
    Lazy<LogSegment> lazy = new Lazy<>(() -> segment);
    Lazy<Optional<CRCInfo>> checksum = new Lazy<>(() -> checksum(segment.getVersion()));
    return new SnapshotImpl(
        like.getDataPath(),
        segment.getVersion(),
        lazy,
        new LogReplay(engine, like.getDataPath(), lazy, checksum),
        content.protocol(),
        content.metadata(),
        content.committer(),
        context,
        inCommitTimestamp);
  }

  private Optional<CRCInfo> checksum(long version) {
    Path path = FileNames.checksumFile(new Path(StoreFileIo.ROOT, "_delta_log"), version);
    return folder
        .find(StoreFileIo.inFolder(path.toString()))
        .flatMap(
            file ->
                ChecksumReader.tryReadChecksumFile(
                    engine,
                    FileStatus.of(path.toString(), file.size(), file.modifiedAt().toEpochMilli())));
  }
}
