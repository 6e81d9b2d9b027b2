package io.boathouse.conformance.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts placeholders where replies differ from one run to the next, and values where requests name
 * what an earlier reply said. Times of this century's first twenty years are the story's own and
 * stay.
 */
final class Placeholders {
  private static final ObjectWriter JSON =
      new ObjectMapper()
          .writer(
              new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                      .withArrayEmptySeparator("")
                      .withObjectEmptySeparator("")));
  private static final ObjectMapper READER = new ObjectMapper();
  private static final long YEAR_2020_MILLIS = 1_577_836_800_000L;

  /** What is made by chance; a word that somebody chose is none of it. */
  private static final Pattern RANDOM = Pattern.compile("(?=.*\\d).{5,}");

  private static final Pattern NAME = Pattern.compile("\\$\\{(\\w+)}");

  /** Forms of text that chance or the clock makes, each with its placeholder. */
  private static final Map<Pattern, String> FORMS = forms();

  /** Members whose values are measured or made by chance. */
  private static final Map<Pattern, String> MEMBERS =
      Map.of(
          Pattern.compile("(?i).*(duration|latency|elapsed|_ms$).*"), "${measured}",
          Pattern.compile("model_memory_bytes"), "${measured}",
          Pattern.compile("next_page_token"), "${page}",
          Pattern.compile("workspace_id"), "${random}");

  private final Map<String, String> saved = new LinkedHashMap<>();

  private static Map<Pattern, String> forms() {
    Map<Pattern, String> forms = new LinkedHashMap<>();
    forms.put(
        Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "${uuid}");
    forms.put(
        Pattern.compile(
            "20[2-9]\\d-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]00:?00)?"),
        "${time}");
    forms.put(Pattern.compile("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"), "${time}");
    forms.put(Pattern.compile("\\b[0-9a-f]{32,64}\\b"), "${hex}");
    forms.put(Pattern.compile("\\bbhs?_[A-Za-z0-9_-]{16,}"), "${token}");
    forms.put(Pattern.compile("(?<=Java-http-client/)[\\d.]+"), "${version}");
    forms.put(Pattern.compile("\\b1[6-9]\\d{11}\\b"), "${millis}");
    return forms;
  }

  /** Remembers a value; where it appears later, its name stands for it. */
  void save(String name, String value) {
    saved.put(name, value);
  }

  /** A request with the remembered values in it. */
  String filled(String text) {
    return NAME.matcher(text)
        .replaceAll(
            name -> {
              String value = saved.get(name.group(1));
              if (value == null) {
                throw new AssertionError("no earlier reply told " + name.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /** A reply's body with placeholders, printed the same way every time. */
  String masked(String body, Set<String> dropped) {
    try {
      JsonNode node = body.isBlank() ? null : READER.readTree(body);
      if (node != null && node.isContainerNode()) {
        return JSON.writeValueAsString(masked("", node, dropped)) + "\n";
      }
    } catch (JsonProcessingException e) {
      return text(body).strip() + "\n";
    }
    return body.isBlank() ? "" : text(body).strip() + "\n";
  }

  private JsonNode masked(String name, JsonNode node, Set<String> dropped) {
    if (node instanceof ObjectNode object) {
      object.remove(dropped);
      object
          .properties()
          .forEach(member -> member.setValue(masked(member.getKey(), member.getValue(), dropped)));
      return object;
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, masked(name, array.get(i), dropped));
      }
      return array;
    }
    if (node.isNumber() && node.asDouble() >= YEAR_2020_MILLIS) {
      return TextNode.valueOf("${millis}");
    }
    for (var member : MEMBERS.entrySet()) {
      if (!node.asText().isEmpty() && member.getKey().matcher(name).matches()) {
        return TextNode.valueOf(member.getValue());
      }
    }
    return node.isTextual() ? TextNode.valueOf(text(node.textValue())) : node;
  }

  private String text(String text) {
    String masked = text;
    for (var entry : saved.entrySet()) {
      if (RANDOM.matcher(entry.getValue()).matches()) {
        masked = masked.replace(entry.getValue(), "${" + entry.getKey() + "}");
      }
    }
    for (var form : FORMS.entrySet()) {
      masked = form.getKey().matcher(masked).replaceAll(Matcher.quoteReplacement(form.getValue()));
    }
    return masked;
  }
}
