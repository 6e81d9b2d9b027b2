package io.boathouse.table.delta;

import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.engine.Engine;
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
import java.util.List;
import java.util.Optional;

/** Makes Kernel's snapshots from others, which costs no look at the log. */
final class KernelSnapshots {
  private final Engine engine;
  private final FileStore folder;

  KernelSnapshots(Engine engine, FileStore folder) {
    this.engine = engine;
    this.folder = folder;
  }

  Engine engine() {
    return engine;
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
