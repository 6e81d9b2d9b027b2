package io.boathouse.table.delta;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;

/** A Parquet file of the log for Parquet's own reader. */
record LogParquet(io.delta.kernel.defaults.engine.fileio.InputFile file) implements InputFile {
  @Override
  public long getLength() throws IOException {
    return file.length();
  }

  @Override
  public org.apache.parquet.io.SeekableInputStream newStream() throws IOException {
    SeekableInputStream stream = file.newStream();
    return new DelegatingSeekableInputStream(stream) {
      @Override
      public long getPos() throws IOException {
        return stream.getPos();
      }

      @Override
      public void seek(long position) throws IOException {
        stream.seek(position);
      }
    };
  }
}
