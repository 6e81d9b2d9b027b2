package io.boathouse.catalog.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.access.AccessFile.Call;
import io.boathouse.catalog.access.AccessFile.TablePart;
import io.boathouse.catalog.access.AccessFile.Thing;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.AttributePolicy.Kind;
import io.boathouse.catalog.policy.AttributePolicy.Match;
import io.boathouse.catalog.policy.AttributePolicyService.Wanted;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Reads a file of rights from JSON; what it does not know it refuses, naming the place. */
final class AccessFileParser {
  private static final int MOST_THINGS = 1_000;
  private static final String OBJECT = "an object";
  private static final String NAME = "name";

  private AccessFileParser() {}

  static AccessFile parse(JsonNode root) {
    object("access", root, Set.of("groups", "securables"));
    Map<String, Set<String>> groups =
        map(
            "groups",
            root.path("groups"),
            (at, members) -> new LinkedHashSet<>(texts(at, members)));
    List<Thing> things = new ArrayList<>();
    JsonNode listed = root.path("securables");
    if ((!listed.isMissingNode() && !listed.isArray()) || listed.size() > MOST_THINGS) {
      throw AccessErrors.invalid("securables", kind(listed), "a list of at most " + MOST_THINGS);
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < listed.size(); i++) {
      Thing thing = thing("securables[%d]".formatted(i), listed.get(i));
      if (!seen.add(thing.type() + " " + thing.name())) {
        throw AccessErrors.invalid(
            "securables[%d]".formatted(i), thing.name().toString(), "each thing once");
      }
      things.add(thing);
    }
    return new AccessFile(groups, things);
  }

  private static Thing thing(String at, JsonNode node) {
    object(
        at,
        node,
        Set.of("type", NAME, "grants", "tags", "column_tags", "row_filter", "masks", "policies"));
    SecurableType type = type(at + ".type", text(at + ".type", node.path("type")));
    boolean table = type == SecurableType.TABLE;
    for (String field : List.of("column_tags", "row_filter", "masks")) {
      if (node.has(field) && !table) {
        throw AccessErrors.invalid(
            at + "." + field, kind(node.path(field)), "tables alone have it");
      }
    }
    JsonNode filter = node.path("row_filter");
    return new Thing(
        type,
        FullName.parse(type, text(at + ".name", node.path(NAME))),
        optional(node, "grants", part -> map(at + ".grants", part, AccessFileParser::privileges)),
        optional(node, "tags", part -> map(at + ".tags", part, AccessFileParser::text)),
        map(
            at + ".column_tags",
            node.path("column_tags"),
            (place, tags) -> map(place, tags, AccessFileParser::text)),
        optional(node, "policies", part -> map(at + ".policies", part, AccessFileParser::policy)),
        new TablePart(
            node.has("row_filter"),
            filter.isObject() ? Optional.of(call(at + ".row_filter", filter)) : none(at, filter),
            optional(node, "masks", part -> map(at + ".masks", part, AccessFileParser::call))));
  }

  private static Optional<Call> none(String at, JsonNode filter) {
    if (filter.isMissingNode() || filter.isNull()) {
      return Optional.empty();
    }
    throw AccessErrors.invalid(at + ".row_filter", kind(filter), "an object, or null for none");
  }

  private static <T> Optional<T> optional(JsonNode node, String field, Function<JsonNode, T> read) {
    return node.has(field) ? Optional.of(read.apply(node.path(field))) : Optional.empty();
  }

  private static Set<Privilege> privileges(String at, JsonNode node) {
    Set<Privilege> found = EnumSet.noneOf(Privilege.class);
    texts(at, node).forEach(text -> found.add(Privilege.parse(text)));
    return found;
  }

  private static Call call(String at, JsonNode node) {
    object(at, node, Set.of("function", "columns"));
    return new Call(
        FullName.parse(SecurableType.FUNCTION, text(at + ".function", node.path("function"))),
        texts(at + ".columns", node.path("columns")));
  }

  private static Wanted policy(String at, JsonNode node) {
    object(
        at, node, Set.of("function", "mask", "using", "match", "when", "comment", "to", "except"));
    List<Match> matches = new ArrayList<>();
    map(at + ".match", node.path("match"), AccessFileParser::text)
        .forEach((alias, condition) -> matches.add(new Match(alias, condition)));
    return new Wanted(
        node.hasNonNull("mask") ? Kind.COLUMN_MASK : Kind.ROW_FILTER,
        FullName.parse(SecurableType.FUNCTION, text(at + ".function", node.path("function"))),
        string(at + ".mask", node.path("mask")),
        texts(at + ".using", node.path("using")),
        matches,
        string(at + ".when", node.path("when")),
        string(at + ".comment", node.path("comment")),
        texts(at + ".to", node.path("to")),
        texts(at + ".except", node.path("except")));
  }

  private static SecurableType type(String at, String text) {
    String name = text.toUpperCase(Locale.ROOT).replace(' ', '_');
    return Arrays.stream(SecurableType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                AccessErrors.invalid(
                    at, text, "one of " + Arrays.toString(SecurableType.values())));
  }

  private static void object(String at, JsonNode node, Set<String> known) {
    if (!node.isObject()) {
      throw AccessErrors.invalid(at, kind(node), OBJECT);
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw AccessErrors.invalid(at, name, "only " + new TreeSet<>(known));
              }
            });
  }

  private static <T> Map<String, T> map(
      String at, JsonNode node, BiFunction<String, JsonNode, T> value) {
    Map<String, T> found = new LinkedHashMap<>();
    if (node.isMissingNode()) {
      return found;
    }
    if (!node.isObject()) {
      throw AccessErrors.invalid(at, kind(node), OBJECT);
    }
    node.properties()
        .forEach(
            entry ->
                found.put(
                    entry.getKey(), value.apply(at + "." + entry.getKey(), entry.getValue())));
    return found;
  }

  private static List<String> texts(String at, JsonNode node) {
    List<String> found = new ArrayList<>();
    if (node.isMissingNode() || node.isNull()) {
      return found;
    }
    if (!node.isArray()) {
      throw AccessErrors.invalid(at, kind(node), "a list of texts");
    }
    for (int i = 0; i < node.size(); i++) {
      found.add(text("%s[%d]".formatted(at, i), node.get(i)));
    }
    return found;
  }

  private static Optional<String> string(String at, JsonNode node) {
    return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(text(at, node));
  }

  private static String text(String at, JsonNode node) {
    if (!node.isValueNode() || node.isNull()) {
      throw AccessErrors.invalid(at, kind(node), "a text");
    }
    return node.asText();
  }

  private static String kind(JsonNode node) {
    return node.isMissingNode() ? "nothing" : node.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
