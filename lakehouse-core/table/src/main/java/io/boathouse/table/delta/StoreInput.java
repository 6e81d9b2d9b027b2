package io.boathouse.table.delta;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;

/** A file of the log or a deletion vector, read in ranges of a few megabytes. */
final class StoreInput implements InputFile {
  private static final int RANGE_BYTES = 4 << 20;

  private final FileStore folder;
  private final String path;
  private final long knownSize;

  StoreInput(FileStore folder, String path, long knownSize) {
    this.folder = folder;
    this.path = path;
    this.knownSize = knownSize;
  }

  @Override
  public long length() throws IOException {
    return folder
        .find(StoreFileIo.inFolder(path))
        .map(FileInfo::size)
        .orElseThrow(() -> new FileNotFoundException(path));
  }

  @Override
  public String path() {
    return path;
  }

  /** The size that a listing told is not trusted to be today's. */
  @Override
  public SeekableInputStream newStream() throws IOException {
    long size = length();
    if (path.endsWith("/" + StoreFileIo.HINT) && !isWholeHint(size)) {
      throw new FileNotFoundException(path);
    }
    if (knownSize > size) {
      throw new EOFException(path + " has " + size + " bytes (expected: " + knownSize + ")");
    }
    return new Stream(size);
  }

  /**
   * Kernel waits three seconds for a torn {@code _last_checkpoint} to become whole. Our stores show
   * no half-written file, so one that is torn stays so, and is as good as absent.
   */
  private boolean isWholeHint(long size) {
    try {
      byte[] content =
          folder.read(StoreFileIo.inFolder(path), 0, (int) Math.min(size, RANGE_BYTES));
      return Json.parse(content).path("version").isIntegralNumber();
    } catch (LakeException e) {
      return false;
    }
  }

  private final class Stream extends SeekableInputStream {
    private final long size;
    private long position;
    private long rangeStart;
    private byte[] range = new byte[0];

    Stream(long size) {
      this.size = size;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void seek(long target) throws IOException {
      if (target < 0 || target > size) {
        throw new EOFException("position: " + target + " (expected: 0 to " + size + ")");
      }
      position = target;
    }

    @Override
    public int read() throws IOException {
      if (!fill()) {
        return -1;
      }
      int value = range[(int) (position - rangeStart)] & 0xff;
      position++;
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int from = (int) (position - rangeStart);
      int count = Math.min(length, range.length - from);
      System.arraycopy(range, from, buffer, offset, count);
      position += count;
      return count;
    }

    @Override
    public void readFully(byte[] buffer, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int count = read(buffer, offset + done, length - done);
        if (count < 0) {
          throw new EOFException(path + " ends at " + size);
        }
        done += count;
      }
    }

    /** Brings the range that holds the position; false at the end of the file. */
    private boolean fill() throws IOException {
      if (position >= size) {
        return false;
      }
      if (position < rangeStart || position >= rangeStart + range.length) {
        int length = (int) Math.min(RANGE_BYTES, size - position);
        try {
          range = folder.read(StoreFileIo.inFolder(path), position, length);
        } catch (LakeException e) {
          throw StoreFileIo.absentAsIoException(e, path);
        }
        rangeStart = position;
      }
      return true;
    }
  }
}
