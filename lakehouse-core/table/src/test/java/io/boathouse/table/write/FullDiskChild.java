package io.boathouse.table.write;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;

/** Appends more and more rows until one append fails, and tells how it failed. */
final class FullDiskChild {
  private FullDiskChild() {}

  public static void main(String[] args) throws IOException {
    LooseTable table = new LooseTable(new LocalFileStore(Path.of(args[0])), Path.of(args[1]));
    long rows = 1000;
    long version = 0;
    try {
      for (int i = 0; i < 14; i++) {
        version =
            table
                .append("SELECT range AS id, uuid()::VARCHAR AS name FROM range(" + rows + ")")
                .version();
        rows *= 2;
        if (i == 0) {
          System.out.println("ready");
          System.out.flush();
          int unused = System.in.read();
        }
      }
      System.out.println("never full");
    } catch (LakeException e) {
      System.out.println(e.reason() + " after " + version);
    }
  }
}
