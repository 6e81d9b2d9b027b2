package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.sql.govern.DerivedColumn.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What names mean at one place of a query, while its lineage is read. */
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, List<DerivedColumn>> ctes = new HashMap<>();
  private final Map<String, Set<Source>> aliases = new HashMap<>();
  private From from = From.NOTHING;

  private Scope(Optional<Scope> outer) {
    this.outer = outer;
  }

  static Scope outermost() {
    return new Scope(Optional.empty());
  }

  Scope inner() {
    return new Scope(Optional.of(this));
  }

  /** A relation by its name. */
  record Relation(String name, List<DerivedColumn> columns) {}

  /**
   * What a FROM offers.
   *
   * @param columns in their order, those of USING once
   * @param open sources of columns whose names nobody knows
   */
  record From(List<Relation> relations, List<DerivedColumn> columns, Set<Source> open) {
    static final From NOTHING = new From(List.of(), List.of(), Set.of());

    static From of(String name, List<DerivedColumn> columns) {
      return new From(List.of(new Relation(name, columns)), columns, Set.of());
    }

    static From open(String name, List<DerivedColumn> columns, Set<Source> sources) {
      return new From(List.of(new Relation(name, columns)), columns, sources);
    }

    From joined(From right, Set<String> using, String kind) {
      List<DerivedColumn> all = new ArrayList<>();
      for (DerivedColumn column : columns) {
        all.add(
            using.contains(ColumnLineage.canonical(column.name()))
                ? merged(column, right.column(column.name()), kind)
                : column);
      }
      right.columns.stream()
          .filter(column -> !using.contains(ColumnLineage.canonical(column.name())))
          .forEach(all::add);
      return new From(both(relations, right.relations), all, union(open, right.open));
    }

    /** The side that has a value for every row gives it. */
    private static DerivedColumn merged(
        DerivedColumn left, Optional<DerivedColumn> right, String kind) {
      return switch (kind) {
        case "RIGHT" -> right.orElse(left);
        case "OUTER", "FULL" -> left.with(right.map(DerivedColumn::sources).orElse(Set.of()));
        default -> left;
      };
    }

    Optional<DerivedColumn> column(String name) {
      return columns.stream().filter(column -> column.name().equalsIgnoreCase(name)).findFirst();
    }

    Optional<Relation> relation(String name) {
      return relations.stream().filter(one -> one.name().equalsIgnoreCase(name)).findFirst();
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
      return Stream.concat(one.stream(), other.stream()).toList();
    }
  }

  void define(String cte, List<DerivedColumn> columns) {
    ctes.put(ColumnLineage.canonical(cte), columns);
  }

  List<DerivedColumn> cte(String name) {
    List<DerivedColumn> own = ctes.get(ColumnLineage.canonical(name));
    return own != null ? own : outer.map(scope -> scope.cte(name)).orElse(List.of());
  }

  void from(From tables) {
    from = tables;
  }

  From from() {
    return from;
  }

  /** A column of the SELECT, which those after it may call by its name. */
  void alias(DerivedColumn column) {
    aliases.putIfAbsent(ColumnLineage.canonical(column.name()), column.sources());
  }

  /** A name that means nothing that came from a table. */
  void shadow(String name) {
    from = new From(from.relations(), withFirst(new DerivedColumn(name, Set.of())), from.open());
  }

  private List<DerivedColumn> withFirst(DerivedColumn column) {
    return Stream.concat(Stream.of(column), from.columns().stream()).toList();
  }

  /** The sources of what a name of one or more parts means; nothing if it means none. */
  Set<Source> column(List<String> names) {
    return own(names).or(() -> outer.map(scope -> scope.column(names))).orElse(Set.of());
  }

  private Optional<Set<Source>> own(List<String> names) {
    for (int i = 0; i + 1 < names.size(); i++) {
      String column = names.get(i + 1);
      Optional<Relation> relation = from.relation(names.get(i));
      Optional<Set<Source>> qualified =
          relation
              .flatMap(
                  one ->
                      one.columns().stream()
                          .filter(known -> known.name().equalsIgnoreCase(column))
                          .findFirst())
              .map(DerivedColumn::sources);
      if (qualified.isPresent()) {
        return qualified;
      }
    }
    String first = names.getFirst();
    return from.column(first)
        .map(DerivedColumn::sources)
        .or(() -> Optional.ofNullable(aliases.get(ColumnLineage.canonical(first))))
        .or(() -> from.relation(first).map(Scope::whole))
        .or(() -> Optional.of(from.open()).filter(open -> !open.isEmpty()));
  }

  /** A row as one value. */
  private static Set<Source> whole(Relation relation) {
    Set<Source> all = new HashSet<>();
    relation.columns().forEach(column -> all.addAll(column.sources()));
    return all;
  }

  /** The columns with other names, as far as there are some. */
  static List<DerivedColumn> renamed(List<DerivedColumn> columns, JsonNode names) {
    List<DerivedColumn> renamed = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      renamed.add(i < names.size() ? columns.get(i).called(names.get(i).asText()) : columns.get(i));
    }
    return renamed;
  }

  static <T> Set<T> union(Set<T> one, Set<T> other) {
    Set<T> all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }
}
