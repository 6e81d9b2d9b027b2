package io.boathouse.table.delta;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table's folder in a store as the file system that Kernel sees, under one made-up root. */
final class StoreFileIo implements FileIO {
  static final String ROOT = "/table";
  static final String HINT = "_last_checkpoint";
  private static final int PAGE = 1000;
  private static final StoragePath LOG = new StoragePath("_delta_log");
  private static final Pattern VERSIONED =
      Pattern.compile("(\\d{20})\\.(?:json|checkpoint(?:\\..*)?\\.(?:parquet|json))");

  private final FileStore folder;
  private final Set<String> passedBy;
  private final BooleanSupplier whole;
  private final AtomicLong highestListed = new AtomicLong(-1);

  StoreFileIo(FileStore folder) {
    this(folder, Set.of());
  }

  /**
   * @param passedBy names of files of the log that seem not to be there
   */
  StoreFileIo(FileStore folder, Set<String> passedBy) {
    this(folder, passedBy, () -> true);
  }

  private StoreFileIo(FileStore folder, Set<String> passedBy, BooleanSupplier whole) {
    this.folder = folder;
    this.passedBy = Set.copyOf(passedBy);
    this.whole = whole;
  }

  /**
   * The same folder for one write, which leaves nothing unless it is whole when its stream is
   * closed: a writer that fails closes its stream too, and what it has written so far looks whole.
   */
  StoreFileIo writingOnly(BooleanSupplier isWhole) {
    return new StoreFileIo(folder, passedBy, isWhole);
  }

  boolean isWhole() {
    return whole.getAsBoolean();
  }

  /** The highest version of which a listing had a file, passed by or not; -1 before any. */
  long highestListed() {
    return highestListed.get();
  }

  /**
   * The path in the table's folder.
   *
   * @throws LakeException UNSUPPORTED if the path lies elsewhere, as in a shallow clone
   */
  static StoragePath inFolder(String path) {
    if (!path.startsWith(ROOT + "/")) {
      throw DeltaErrors.unsupported("a file outside the table's folder");
    }
    return StoragePath.of(path.substring(ROOT.length() + 1));
  }

  static String absolute(StoragePath path) {
    return ROOT + "/" + path;
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    StoragePath from = inFolder(path);
    StoragePath parent = from.parent();
    List<FileStatus> found = new ArrayList<>();
    folder
        .find(from)
        .filter(file -> !passedBy.contains(file.path().name()))
        .map(StoreFileIo::status)
        .ifPresent(found::add);
    Optional<StoragePath> after = Optional.of(from);
    boolean more = true;
    while (more) {
      List<FileInfo> page = folder.list(parent, after, PAGE);
      page.stream()
          .filter(file -> file.path().parent().equals(parent))
          .peek(this::note)
          .filter(file -> !passedBy.contains(file.path().name()))
          .map(StoreFileIo::status)
          .forEach(found::add);
      more = page.size() == PAGE;
      after = page.isEmpty() ? after : Optional.of(page.getLast().path());
    }
    if (found.isEmpty() && folder.list(parent, Optional.empty(), 1).isEmpty()) {
      throw new FileNotFoundException(path);
    }
    return Utils.toCloseableIterator(found.iterator());
  }

  private void note(FileInfo file) {
    Matcher name = VERSIONED.matcher(file.path().name());
    if (file.path().parent().equals(LOG) && name.matches()) {
      long version = Long.parseLong(name.group(1));
      highestListed.accumulateAndGet(version, Math::max);
    }
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return folder
        .find(inFolder(path))
        .map(StoreFileIo::status)
        .orElseThrow(() -> new FileNotFoundException(path));
  }

  @Override
  public String resolvePath(String path) {
    return path;
  }

  @Override
  public boolean mkdirs(String path) {
    return true;
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    boolean absent = passedBy.contains(path.substring(path.lastIndexOf('/') + 1));
    return absent ? new AbsentInput(path) : new StoreInput(folder, path, size);
  }

  private record AbsentInput(String path) implements InputFile {
    @Override
    public long length() throws IOException {
      throw new FileNotFoundException(path);
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      throw new FileNotFoundException(path);
    }
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new StoreOutput(this, path);
  }

  @Override
  public boolean delete(String path) {
    folder.delete(inFolder(path));
    return true;
  }

  @Override
  public Optional<String> getConf(String name) {
    return "parquet.compression".equals(name) ? Optional.of("ZSTD") : Optional.empty();
  }

  @Override
  public void copyFileAtomically(String from, String to, boolean overwrite) throws IOException {
    try (var in = folder.open(inFolder(from))) {
      write(to, in.readAllBytes(), overwrite);
    } catch (LakeException e) {
      throw absentAsIoException(e, from);
    }
  }

  void write(String path, byte[] content, boolean overwrite) throws IOException {
    StoragePath target = inFolder(path);
    if (overwrite) {
      FileInfo unused = folder.put(target, out -> out.write(content));
    } else if (!folder.putIfAbsent(target, content)) {
      throw new FileAlreadyExistsException(path);
    }
  }

  /** Kernel tells an absent file by the class of the exception. */
  static IOException absentAsIoException(LakeException failure, String path) throws IOException {
    if (failure.code() == ErrorCode.NOT_FOUND) {
      throw new FileNotFoundException(path);
    }
    throw failure;
  }

  private static FileStatus status(FileInfo file) {
    return FileStatus.of(absolute(file.path()), file.size(), file.modifiedAt().toEpochMilli());
  }
}
