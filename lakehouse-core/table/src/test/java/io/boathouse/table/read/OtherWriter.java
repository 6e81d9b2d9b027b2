package io.boathouse.table.read;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.table.GovernedTables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Another engine that commits to a table what ours would not. */
final class OtherWriter {
  private OtherWriter() {}

  /** Renames the first column by a version's file of its own. */
  static void putSchema(GovernedTables house, FullName name, long version, String column)
      throws IOException {
    String id =
        house
            .catalog()
            .securables()
            .get(house.administrator(), SecurableType.TABLE, name)
            .id()
            .toString();
    Path log = find(house.root(), id).resolve("_delta_log");
    String altered =
        Files.readAllLines(log.resolve("%020d.json".formatted(2))).stream()
            .filter(line -> line.startsWith("{\"metaData\""))
            .findFirst()
            .orElseThrow()
            .replace("\\\"name\\\":\\\"id\\\"", "\\\"name\\\":\\\"" + column + "\\\"");
    long at =
        house.module().reader().detail(house.administrator(), name).changedAt().toEpochMilli();
    String info =
        "{\"commitInfo\":{\"inCommitTimestamp\":%d,\"timestamp\":%d,\"operation\":\"REPLACE COLUMNS\"}}"
            .formatted(at + 1, at + 1);
    Files.writeString(
        log.resolve("%020d.json".formatted(version)),
        info + "\n" + altered + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE_NEW);
  }

  private static Path find(Path root, String id) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> path.getFileName().toString().equals(id)).findFirst().orElseThrow();
    }
  }
}
