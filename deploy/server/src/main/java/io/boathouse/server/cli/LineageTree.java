package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Prints what something came from as a tree. What was printed above is only named again, and what a
 * node came from by way of another is printed under that other alone.
 */
final class LineageTree {
  private static final int DEEPEST = 60;
  private static final int SHORT_DIGEST = 12;
  private static final List<String> SHOWN =
      List.of("served_entity", "traffic", "rows", "read", "written", "rejected", "bytes");

  private final JsonNode reply;
  private final PrintWriter out;
  private final Map<String, JsonNode> steps = new HashMap<>();
  private final Map<String, Set<String>> sources = new HashMap<>();
  private final Set<String> printed = new HashSet<>();

  LineageTree(JsonNode reply, PrintWriter out) {
    this.reply = reply;
    this.out = out;
    reply.path("steps").forEach(step -> steps.put(key(step, digest(step)), step));
    reply
        .path("edges")
        .forEach(
            edge ->
                sources
                    .computeIfAbsent(key(edge.path("to"), ""), to -> new LinkedHashSet<>())
                    .add(key(edge.path("from"), "")));
  }

  void print() {
    JsonNode first = reply.path("steps").path(0);
    out.println(label(first));
    children(key(first, digest(first)), "", 0);
    if (!reply.path("complete").asBoolean(true)) {
      out.println("There is more; ask with more --hops.");
    }
  }

  private void children(String node, String indent, int depth) {
    List<String> below = direct(node);
    for (int i = 0; i < below.size(); i++) {
      boolean last = i == below.size() - 1;
      JsonNode step = steps.get(below.get(i));
      if (step == null) {
        continue;
      }
      boolean again =
          !printed.add(below.get(i)) && !sources.getOrDefault(below.get(i), Set.of()).isEmpty();
      out.println(indent + (last ? "└─ " : "├─ ") + label(step) + (again ? "  (see above)" : ""));
      if (!again && depth < DEEPEST) {
        children(below.get(i), indent + (last ? "   " : "│  "), depth + 1);
      }
    }
  }

  private List<String> direct(String node) {
    Set<String> all = sources.getOrDefault(node, Set.of());
    Set<String> further = new HashSet<>();
    for (String source : all) {
      Set<String> behind = new HashSet<>();
      reach(source, behind);
      if (!behind.contains(source)) {
        further.addAll(behind);
      }
    }
    List<String> direct = new ArrayList<>(all);
    direct.removeAll(further);
    return direct;
  }

  private void reach(String node, Set<String> reached) {
    for (String source : sources.getOrDefault(node, Set.of())) {
      if (reached.add(source)) {
        reach(source, reached);
      }
    }
  }

  /** Edges name a file with its digest, steps have it apart. */
  private static String key(JsonNode node, String digest) {
    String name = node.path("name").asText();
    return String.join(
        "\n",
        node.path("type").asText(),
        digest.isEmpty() ? name : name + "#sha256:" + digest,
        node.path("version").asText());
  }

  private static String digest(JsonNode step) {
    return step.path("type").asText().equals("FILE")
        ? step.path("detail").path("sha256").asText()
        : "";
  }

  private static String label(JsonNode step) {
    String kind = step.path("type").asText().toLowerCase(Locale.ROOT).replace('_', ' ');
    if (step.path("hidden").asBoolean()) {
      return kind + " (hidden: you may not see it)";
    }
    StringBuilder label = new StringBuilder(kind).append(' ').append(step.path("name").asText());
    if (step.path("version").isNumber()) {
      label.append(kind.equals("model version") ? " version " : "@");
      label.append(step.path("version").asLong());
    }
    JsonNode detail = step.path("detail");
    if (!digest(step).isEmpty()) {
      label.append("  sha256:").append(digest(step));
    } else if (kind.equals("training set") && detail.path("sha256").isTextual()) {
      String digest = detail.path("sha256").asText();
      label.append("  sha256:").append(digest, 0, Math.min(SHORT_DIGEST, digest.length()));
    }
    for (String name : SHOWN) {
      if (detail.path(name).isTextual()) {
        label.append("  ").append(name.replace('_', ' ')).append(' ');
        label.append(detail.path(name).asText());
      }
    }
    return label.toString().replaceAll("\\p{Cntrl}", " ");
  }
}
