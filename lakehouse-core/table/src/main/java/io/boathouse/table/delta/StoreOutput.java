package io.boathouse.table.delta;

import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A file that Kernel writes: a checkpoint, a checksum, {@code _last_checkpoint}. They are small
 * against the data, so they are put together in memory and become visible in one step.
 */
final class StoreOutput implements OutputFile {
  private final StoreFileIo files;
  private final String path;

  StoreOutput(StoreFileIo files, String path) {
    this.files = files;
    this.path = path;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public PositionOutputStream create(boolean putIfAbsent) {
    return new Stream(!putIfAbsent);
  }

  @Override
  public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
      throws IOException {
    StringBuilder text = new StringBuilder();
    try (lines) {
      while (lines.hasNext()) {
        text.append(lines.next()).append('\n');
      }
    }
    files.write(path, text.toString().getBytes(StandardCharsets.UTF_8), overwrite);
  }

  private final class Stream extends PositionOutputStream {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final boolean overwrite;
    private boolean closed;

    Stream(boolean overwrite) {
      this.overwrite = overwrite;
    }

    @Override
    public long getPos() {
      return content.size();
    }

    @Override
    public void write(int oneByte) {
      content.write(oneByte);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      content.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      if (files.isWhole()) {
        files.write(path, content.toByteArray(), overwrite);
      }
    }
  }
}
