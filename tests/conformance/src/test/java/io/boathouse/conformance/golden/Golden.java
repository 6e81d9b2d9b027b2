package io.boathouse.conformance.golden;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One file of the golden story: a request, and the reply that it gets.
 *
 * <pre>
 * POST /path
 * {"the": "body"}
 * save id = /pointer/into/the/reply
 * ---
 * 200
 * {"the": "reply"}
 * </pre>
 *
 * <p>Between the body and the reply may stand: {@code save name = /pointer} or {@code save name =
 * header name}, whose value later requests name as <code>${name}</code>; {@code await /pointer =
 * value}, which asks again until the reply says so; {@code drop names}, members of the reply whose
 * presence is chance. A body of {@code < file} is a resource's bytes.
 *
 * @param name the operation's id, and behind a dot which case of several it is
 * @param awaits pointers into the reply, each with the value that ends the waiting
 * @param reply status and body as they are expected, empty before the first recording
 */
record Golden(
    String name,
    String method,
    String path,
    String body,
    Map<String, String> saves,
    Map<String, String> awaits,
    Set<String> dropped,
    String reply) {
  private static final Pattern SAVE = Pattern.compile("save (\\w+) = (\\S+|header \\S+)");
  private static final Pattern AWAIT = Pattern.compile("await (/\\S+) = (\\S+)");
  private static final Pattern DROP = Pattern.compile("drop ([\\w ]+)");
  private static final String BYTES = "< ";

  Golden {
    saves = Map.copyOf(saves);
    awaits = Map.copyOf(awaits);
    dropped = Set.copyOf(dropped);
  }

  static Path folder(Path repository) {
    return repository.resolve("tests/conformance/src/test/resources/golden");
  }

  /** The files' names in the order of the story. */
  static List<String> story(Path folder) throws IOException {
    return lines(folder.resolve("story.txt"));
  }

  /** The lines of a list that are neither empty nor behind {@code #}. */
  static List<String> lines(Path list) throws IOException {
    return Files.readAllLines(list).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  /** The names of all files. */
  static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".http"))
          .map(name -> name.substring(0, name.length() - ".http".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  static Golden read(Path folder, String name) throws IOException {
    String[] halves = Files.readString(folder.resolve(name + ".http")).split("(?m)^---\\n", 2);
    Map<String, String> saves = new LinkedHashMap<>();
    Map<String, String> awaits = new LinkedHashMap<>();
    Set<String> dropped = new TreeSet<>();
    StringBuilder body = new StringBuilder();
    List<String> lines = halves[0].lines().toList();
    for (String line : lines.subList(1, lines.size())) {
      Matcher save = SAVE.matcher(line);
      Matcher await = AWAIT.matcher(line);
      Matcher drop = DROP.matcher(line);
      if (save.matches()) {
        saves.put(save.group(1), save.group(2));
      } else if (await.matches()) {
        awaits.put(await.group(1), await.group(2));
      } else if (drop.matches()) {
        dropped.addAll(List.of(drop.group(1).split(" ", -1)));
      } else {
        body.append(line).append('\n');
      }
    }
    String[] request = lines.getFirst().split(" ", 2);
    return new Golden(
        name,
        request[0],
        request[1],
        body.toString().stripTrailing(),
        saves,
        awaits,
        dropped,
        halves.length > 1 ? halves[1] : "");
  }

  /** The id of the operation. */
  String operation() {
    return name.replaceFirst("\\..*", "");
  }

  /** The body to send. */
  byte[] bytes(Path folder, Placeholders values) throws IOException {
    return body.startsWith(BYTES)
        ? Files.readAllBytes(folder.resolveSibling(body.substring(BYTES.length())))
        : values.filled(body).getBytes(StandardCharsets.UTF_8);
  }

  /** Writes this file with another reply. */
  void record(Path folder, String newReply) throws IOException {
    Path file = folder.resolve(name + ".http");
    String request = Files.readString(file).split("(?m)^---\\n", 2)[0];
    Files.writeString(file, request + "---\n" + newReply);
  }
}
