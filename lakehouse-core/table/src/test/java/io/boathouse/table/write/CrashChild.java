package io.boathouse.table.write;

import io.boathouse.platform.storage.LocalFileStore;
import java.nio.file.Path;

/** Appends to a table until it is killed, telling each commit that was acknowledged. */
final class CrashChild {
  private CrashChild() {}

  public static void main(String[] args) {
    LooseTable table = new LooseTable(new LocalFileStore(Path.of(args[0])), Path.of(args[1]));
    for (int i = 0; ; i++) {
      boolean replace = i % 5 == 4;
      String select = "SELECT range AS id, '" + i + "' AS name FROM range(1000)";
      long version = (replace ? table.overwrite(select) : table.append(select)).version();
      System.out.println("acknowledged " + version);
      System.out.flush();
    }
  }
}
