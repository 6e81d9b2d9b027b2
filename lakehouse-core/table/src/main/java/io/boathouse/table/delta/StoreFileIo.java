package io.boathouse.table.delta;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table's folder in a store as the file system that Kernel sees, under one made-up root. */
final class StoreFileIo implements FileIO {
  static final String ROOT = "/table";
  private static final int PAGE = 1000;

  private final FileStore folder;

  StoreFileIo(FileStore folder) {
    this.folder = folder;
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
    folder.find(from).map(StoreFileIo::status).ifPresent(found::add);
    Optional<StoragePath> after = Optional.of(from);
    boolean more = true;
    while (more) {
      List<FileInfo> page = folder.list(parent, after, PAGE);
      page.stream()
          .filter(file -> file.path().parent().equals(parent))
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
    return new StoreInput(folder, path, size);
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
