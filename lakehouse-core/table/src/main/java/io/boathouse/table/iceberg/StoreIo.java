package io.boathouse.table.iceberg;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.DelegatingInputStream;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Iceberg's file access over a table's folder, for metadata alone: manifests are a few megabytes at
 * most, so they are held in memory while they are written.
 */
final class StoreIo implements FileIO {
  private static final long serialVersionUID = 1L;

  private final transient FileStore folder;
  private final String root;

  StoreIo(FileStore folder) {
    this.folder = folder;
    this.root = location(folder);
  }

  /** The folder as readers name it, without a slash at its end. */
  static String location(FileStore folder) {
    return folder.location(StoragePath.ROOT).toString().replaceAll("/+$", "");
  }

  private StoragePath path(String location) {
    if (!location.startsWith(root + "/")) {
      throw new IllegalArgumentException("location: " + location + " (expected: below the table)");
    }
    return StoragePath.of(location.substring(root.length() + 1));
  }

  @Override
  public InputFile newInputFile(String location) {
    return new In(folder, path(location), location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new Out(folder, path(location), location);
  }

  @Override
  public void deleteFile(String location) {
    folder.delete(path(location));
  }

  private record In(FileStore folder, StoragePath path, String location) implements InputFile {
    @Override
    public long getLength() {
      return folder.find(path).map(FileInfo::size).orElseThrow(this::absent);
    }

    @Override
    public SeekableInputStream newStream() {
      try (var in = folder.open(path)) {
        return new Bytes(in.readAllBytes());
      } catch (LakeException e) {
        throw e.code() == ErrorCode.NOT_FOUND ? absent() : e;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private NotFoundException absent() {
      return new NotFoundException("No file %s", path);
    }

    @Override
    public boolean exists() {
      return folder.find(path).isPresent();
    }
  }

  private static final class Bytes extends SeekableInputStream implements DelegatingInputStream {
    private final byte[] content;
    private ByteArrayInputStream in;

    Bytes(byte[] content) {
      this.content = content;
      this.in = new ByteArrayInputStream(content);
    }

    @Override
    public long getPos() {
      return (long) content.length - in.available();
    }

    @Override
    public void seek(long position) {
      int from = Math.toIntExact(position);
      in = new ByteArrayInputStream(content, from, content.length - from);
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return in.read(into, offset, length);
    }

    @Override
    public ByteArrayInputStream getDelegate() {
      return in;
    }
  }

  private record Out(FileStore folder, StoragePath path, String location) implements OutputFile {
    @Override
    public PositionOutputStream create() {
      return createOrOverwrite();
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      return new Held(folder, path);
    }

    @Override
    public InputFile toInputFile() {
      return new In(folder, path, location);
    }
  }

  /** Writes the file when it is closed. */
  private static final class Held extends PositionOutputStream {
    private final FileStore folder;
    private final StoragePath path;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean closed;

    Held(FileStore folder, StoragePath path) {
      this.folder = folder;
      this.path = path;
    }

    @Override
    public long getPos() {
      return content.size();
    }

    @Override
    public void write(int one) {
      content.write(one);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      content.write(from, offset, length);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        FileInfo unused = folder.put(path, content::writeTo);
      }
    }
  }
}
