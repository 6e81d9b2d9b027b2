package io.boathouse.table.write;

import io.boathouse.platform.storage.LocalFileStore;
import java.nio.file.Path;

/**
 * Appends to a table, moves half of its rows about and replaces them all until it is killed,
 * telling each commit that was acknowledged.
 */
final class CrashChild {
  private CrashChild() {}

  public static void main(String[] args) {
    LooseTable table = new LooseTable(new LocalFileStore(Path.of(args[0])), Path.of(args[1]));
    for (int i = 0; ; i++) {
      String select = "SELECT range AS id, '" + i + "' AS name FROM range(1000)";
      long version =
          switch (i % 5) {
            case 4 -> table.overwrite(select).version();
            case 1, 3 -> table.update("name = t.name", "t.id % 2 = " + i % 2).version();
            default -> table.append(select).version();
          };
      System.out.println("acknowledged " + version);
      System.out.flush();
    }
  }
}
