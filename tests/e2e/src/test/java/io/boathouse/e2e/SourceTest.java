package io.boathouse.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What neither the compiler nor class files can tell of the house style, read from the sources. */
class SourceTest {
  private static final int MOST_LINES = 450;
  private static final Pattern WILDCARD_IMPORT = Pattern.compile("(?m)^import .*\\*;");
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
  private static final Pattern TEST_PREFIX =
      Pattern.compile("@(?:Test|Property|ParameterizedTest)\\s+(?:public )?void test[A-Z_]");
  private static final Pattern CREATE_TABLE =
      Pattern.compile(
          "CREATE\\s+(?:UNLOGGED\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(\\w+)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern REFERENCES =
      Pattern.compile("REFERENCES\\s+(\\w+)\\s*(?:\\(\\s*(\\w+))?", Pattern.CASE_INSENSITIVE);
  private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"(.*?)\"\"\"", Pattern.DOTALL);
  private static final Pattern TABLE_USE =
      Pattern.compile(
          "\\b(?:FROM|JOIN|INTO|UPDATE)\\s+(?:ONLY\\s+)?(\\w+)", Pattern.CASE_INSENSITIVE);

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() {
    List<String> violations = new ArrayList<>();
    for (Path directory : mainDirectories()) {
      sources(directory).stream()
          .map(Path::getParent)
          .distinct()
          .forEach(
              folder -> {
                Path info = folder.resolve("package-info.java");
                if (!Files.exists(info)) {
                  violations.add(name(folder) + ": no package-info.java");
                } else if (!House.read(info).contains("@NullMarked")
                    || !House.read(info).startsWith("/**")) {
                  violations.add(name(info) + ": needs a sentence and @NullMarked");
                }
              });
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void noImportIsAWildcard() {
    assertThat(filesWith(WILDCARD_IMPORT)).isEmpty();
  }

  @Test
  void nothingIsLeftToDoInASource() {
    assertThat(filesWith(UNFINISHED)).isEmpty();
  }

  @Test
  void aTestIsNamedByASentence() {
    assertThat(filesWith(TEST_PREFIX)).isEmpty();
  }

  @Test
  void noFileIsTooLongToRead() {
    List<String> violations = new ArrayList<>();
    for (Path source : allSources()) {
      long lines = House.read(source).lines().count();
      if (lines > MOST_LINES) {
        violations.add(name(source) + ": " + lines + " lines (expected: <= " + MOST_LINES + ")");
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void aMetadataTableIsNamedAfterItsRoomAndLivesInItsFolder() {
    List<String> violations = new ArrayList<>();
    for (Migration migration : migrations()) {
      if (!migration.file().getParent().getFileName().toString().equals(migration.room())) {
        violations.add(name(migration.file()) + ": not in db/migration/" + migration.room());
      }
      for (String table : migration.tables()) {
        if (!table.startsWith(migration.room() + "_")) {
          violations.add(name(migration.file()) + ": table " + table);
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void aForeignKeyLeavesItsRoomOnlyToTheSecurablesId() {
    List<String> violations = new ArrayList<>();
    Map<String, String> owners = owners();
    for (Migration migration : migrations()) {
      Matcher reference = REFERENCES.matcher(House.read(migration.file()));
      while (reference.find()) {
        String table = reference.group(1).toLowerCase(Locale.ROOT);
        boolean own = migration.room().equals(owners.get(table));
        boolean toSecurable = table.equals("catalog_securable") && "id".equals(reference.group(2));
        if (!own && !toSecurable) {
          violations.add(name(migration.file()) + ": " + reference.group());
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void noSqlNamesAnotherRoomsTable() {
    List<String> violations = new ArrayList<>();
    Map<String, String> owners = owners();
    House.DIRECTORIES.forEach(
        (room, directory) -> {
          for (Path source : sources(House.root().resolve(directory).resolve("src/main"))) {
            Matcher block = TEXT_BLOCK.matcher(House.read(source));
            while (block.find()) {
              Matcher use = TABLE_USE.matcher(block.group(1));
              while (use.find()) {
                String owner = owners.get(use.group(1).toLowerCase(Locale.ROOT));
                if (owner != null && !owner.equals(room)) {
                  violations.add(name(source) + ": " + use.group() + ", a table of " + owner);
                }
              }
            }
          }
        });
    assertThat(violations).isEmpty();
  }

  private record Migration(String room, Path file, List<String> tables) {}

  /** Those of the metadata database: online features are kept in one of the user's own. */
  private static List<Migration> migrations() {
    List<Migration> migrations = new ArrayList<>();
    House.DIRECTORIES.forEach(
        (room, directory) -> {
          Path folder = House.root().resolve(directory).resolve("src/main/resources/db/migration");
          for (Path file : House.files(folder, ".sql")) {
            if (file.getParent().getFileName().toString().equals("online")) {
              continue;
            }
            List<String> tables =
                CREATE_TABLE
                    .matcher(House.read(file))
                    .results()
                    .map(table -> table.group(1).toLowerCase(Locale.ROOT))
                    .toList();
            migrations.add(new Migration(room, file, tables));
          }
        });
    return migrations;
  }

  /** The room that owns each metadata table. */
  private static Map<String, String> owners() {
    Map<String, String> owners = new TreeMap<>();
    for (Migration migration : migrations()) {
      migration.tables().forEach(table -> owners.put(table, migration.room()));
    }
    return owners;
  }

  private static List<String> filesWith(Pattern pattern) {
    return allSources().stream()
        .filter(source -> !source.getFileName().toString().equals("SourceTest.java"))
        .filter(source -> pattern.matcher(House.read(source)).find())
        .map(SourceTest::name)
        .toList();
  }

  private static List<Path> mainDirectories() {
    return Stream.concat(House.DIRECTORIES.values().stream(), House.TEST_DIRECTORIES.stream())
        .map(directory -> House.root().resolve(directory).resolve("src/main/java"))
        .toList();
  }

  private static List<Path> allSources() {
    return Stream.concat(House.DIRECTORIES.values().stream(), House.TEST_DIRECTORIES.stream())
        .flatMap(directory -> sources(House.root().resolve(directory).resolve("src")).stream())
        .toList();
  }

  private static List<Path> sources(Path directory) {
    return House.files(directory, ".java");
  }

  private static String name(Path file) {
    return House.root().relativize(file).toString();
  }
}
