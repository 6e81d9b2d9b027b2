package io.boathouse.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What COMPATIBILITY.md says, read as data. */
final class Compatibility {
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(\\w+)` \\| `(\\w+) ([^`]+)` \\| (both|) ?\\| (works|partly|501|absent)"
              + " \\|(.*)\\|");

  private Compatibility() {}

  /** How far an operation is served. */
  enum State {
    WORKS,
    PARTLY,
    NOT_OFFERED,
    ABSENT
  }

  /**
   * One operation.
   *
   * @param twin whether the same is served under {@code /ajax-api}
   * @param provenBy test classes that had it answered with success
   */
  record Operation(
      String id, String method, String path, boolean twin, State state, Set<String> provenBy) {
    Operation {
      provenBy = Set.copyOf(provenBy);
    }

    String request() {
      return method + " " + path;
    }
  }

  static Path file() {
    return PackagedServer.repository().resolve("tests/conformance/COMPATIBILITY.md");
  }

  static List<Operation> operations() throws IOException {
    List<Operation> found = new ArrayList<>();
    for (String line : Files.readAllLines(file())) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        found.add(
            new Operation(
                row.group(1),
                row.group(2),
                row.group(3),
                row.group(4).equals("both"),
                state(row.group(5)),
                names(row.group(6))));
      }
    }
    return found;
  }

  private static State state(String word) {
    return switch (word) {
      case "works" -> State.WORKS;
      case "partly" -> State.PARTLY;
      case "501" -> State.NOT_OFFERED;
      default -> State.ABSENT;
    };
  }

  private static Set<String> names(String cell) {
    Set<String> found = new TreeSet<>();
    Pattern.compile("\\b(\\w+Test)\\b")
        .matcher(cell)
        .results()
        .forEach(name -> found.add(name.group(1)));
    return found;
  }

  /** The lines under a heading. */
  static List<String> section(String heading) throws IOException {
    List<String> found = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(file())) {
      if (line.startsWith("#")) {
        inside = line.replaceFirst("#+ ", "").equals(heading);
      } else if (inside) {
        found.add(line);
      }
    }
    return found;
  }
}
