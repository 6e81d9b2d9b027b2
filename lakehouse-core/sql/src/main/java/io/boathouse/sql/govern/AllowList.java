package io.boathouse.sql.govern;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a statement from outside may be made of: every function and every kind of syntax node of the
 * engine with a verdict and the reason for it. What is not listed is refused.
 */
public final class AllowList {
  private static final AllowList STANDARD =
      new AllowList(read("functions.tsv", true), read("nodes.tsv", false));

  private final Map<Key, Verdict> functions;
  private final Map<Key, Verdict> nodes;

  private AllowList(Map<Key, Verdict> functions, Map<Key, Verdict> nodes) {
    this.functions = functions;
    this.nodes = nodes;
  }

  /** The committed classification. */
  public static AllowList standard() {
    return STANDARD;
  }

  /** Where a function stands in a statement. */
  public enum Position {
    EXPRESSION,
    TABLE,
    PRAGMA
  }

  /**
   * What was decided.
   *
   * @param reason the class of the decision, such as {@code files} or {@code pure}
   */
  public record Verdict(boolean allowed, String reason) {}

  /** The verdict on a function by its name in any case; empty if nobody classified it. */
  public Optional<Verdict> function(Position position, String name) {
    return Optional.ofNullable(
        functions.get(new Key(position.name(), name.toLowerCase(Locale.ROOT))));
  }

  /** The verdict on a kind of node; empty if nobody classified it. */
  Optional<Verdict> node(NodeKind kind, String name) {
    return Optional.ofNullable(nodes.get(new Key(kind.name(), name)));
  }

  /** All classified names of a kind of node. */
  List<String> names(NodeKind kind) {
    return nodes.keySet().stream()
        .filter(key -> key.kind().equals(kind.name()))
        .map(Key::name)
        .toList();
  }

  /** The kinds of syntax nodes. */
  enum NodeKind {
    QUERY_NODE,
    TABLE,
    CLASS,
    EXPRESSION,
    MODIFIER,
    ORDER,
    /** The name of a node's part. */
    FIELD
  }

  private record Key(String kind, String name) {}

  /** The engine looks functions up in any case; the names of nodes are exact. */
  private static Map<Key, Verdict> read(String resource, boolean functions) {
    Map<Key, Verdict> entries = new HashMap<>();
    InputStream in = Objects.requireNonNull(AllowList.class.getResourceAsStream(resource));
    try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line : reader.lines().filter(text -> !text.startsWith("#")).toList()) {
        String[] cells = line.split("\t", -1);
        String kind = cells[0].toUpperCase(Locale.ROOT);
        String name = functions ? cells[1].toLowerCase(Locale.ROOT) : cells[1];
        Verdict verdict = new Verdict(cells[2].equals("allowed"), cells[3]);
        if (entries.put(new Key(kind, name), verdict) != null) {
          throw new IllegalStateException(resource + ": twice: " + line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(entries);
  }
}
