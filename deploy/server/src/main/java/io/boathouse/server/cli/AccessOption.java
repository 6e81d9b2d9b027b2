package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.config.ConfigLoader;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The file of rights that a command is about, and what the server says to it. */
final class AccessOption {
  private static final int SHOWN = 5;

  @Mixin private ServerOption server = new ServerOption();

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "YAML or JSON that says what the rights shall be.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print the server's reply as it is.")
  private boolean json;

  /** Sends the file along and returns the reply. */
  JsonNode send(String what, Map<String, String> more) throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("access", ConfigLoader.tree(file));
    return server.post("/api/2.0/boathouse/access/" + what, body);
  }

  /** Tells what changes, and who gains or loses what by it. */
  void print(JsonNode reply, PrintWriter out) {
    if (json) {
      out.println(Json.writeText(reply));
      return;
    }
    if (reply.path("changes").isEmpty()) {
      out.println("Nothing changes: all is as the file says.");
      return;
    }
    for (JsonNode change : reply.path("changes")) {
      out.println(
          "%s %s: %s"
              .formatted(
                  change.path("action").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
                  change.path("on").asText(),
                  change.path("what").asText()));
    }
    Map<String, List<String>> lines = new LinkedHashMap<>();
    reply.path("effects").forEach(effect -> effect(effect, lines));
    out.println();
    lines.forEach((what, things) -> out.println(what + " " + some(things)));
    if (lines.isEmpty()) {
      out.println("Nobody gains or loses anything.");
    }
    if (!reply.path("effects_complete").asBoolean()) {
      out.println("There are more whom this concerns than can be told.");
    }
    out.println("plan " + reply.path("plan").asText());
  }

  private static void effect(JsonNode effect, Map<String, List<String>> lines) {
    String who = effect.path("principal").asText();
    String on =
        effect.path("type").asText().toLowerCase(Locale.ROOT) + " " + effect.path("name").asText();
    line(lines, who + " gains " + joined(effect.path("gains")), on, effect.path("gains"));
    line(lines, who + " loses " + joined(effect.path("loses")), on, effect.path("loses"));
    if (!effect.path("shown_before").equals(effect.path("shown_after"))) {
      JsonNode after = effect.path("shown_after");
      String shown = after.isEmpty() ? "everything" : joined(after);
      lines.computeIfAbsent(who + " is shown: " + shown, key -> new ArrayList<>()).add(on);
    }
  }

  private static void line(
      Map<String, List<String>> lines, String what, String on, JsonNode privileges) {
    if (!privileges.isEmpty()) {
      lines.computeIfAbsent(what + " on", key -> new ArrayList<>()).add(on);
    }
  }

  private static String joined(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(text -> all.add(text.asText()));
    return String.join(", ", all);
  }

  private static String some(List<String> things) {
    String first = String.join(", ", things.subList(0, Math.min(SHOWN, things.size())));
    return things.size() <= SHOWN ? first : first + " and " + (things.size() - SHOWN) + " more";
  }
}
