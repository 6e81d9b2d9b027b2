package io.boathouse.registry.search;

import io.boathouse.registry.search.SearchField.Use;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a kind of object can be searched by. Built once by the repository that owns the SQL;
 * immutable.
 */
public final class SearchTarget {
  /** Keys of one entity; an open entity has one field that takes any key. */
  record Entity(
      String name, Map<String, SearchField> fields, Optional<SearchField> open, List<String> keys) {

    List<String> keys(Use use) {
      return keys.stream()
          .filter(
              key -> Optional.ofNullable(fields.get(key)).filter(f -> serves(f, use)).isPresent())
          .toList();
    }

    Optional<SearchField> field(String key, Use use) {
      return open.or(() -> Optional.ofNullable(fields.get(key)).filter(f -> serves(f, use)));
    }

    private static boolean serves(SearchField field, Use use) {
      return field.use() == Use.BOTH || field.use() == use;
    }
  }

  private final Map<String, Entity> entities;
  private final Map<String, String> defaults;
  private final String tieBreak;

  private SearchTarget(Builder builder) {
    this.entities = Map.copyOf(builder.entities);
    this.defaults = Map.copyOf(builder.defaults);
    this.tieBreak = builder.tieBreak;
  }

  /**
   * @param tieBreak SQL terms that end every order, so that pages never overlap
   */
  public static Builder orderedBy(String tieBreak) {
    return new Builder(tieBreak);
  }

  /**
   * Compiles a filter and an order.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the clause, key,
   *     value or comparator that does not fit
   */
  public SearchSql compile(Optional<String> filter, List<String> orderBy) {
    SearchCompiler compiler = new SearchCompiler(this);
    FilterParser.parse(filter.orElse("")).clauses().forEach(compiler::add);
    OrderParser.parse(orderBy).forEach(compiler::add);
    return compiler.sql(tieBreak);
  }

  Entity entity(Optional<String> word) {
    String name = word.orElse("attribute").toLowerCase(Locale.ROOT);
    Entity entity = entities.get(name);
    if (entity == null) {
      throw SearchErrors.invalidEntity(
          word.orElse(""), entities.keySet().stream().sorted().toList());
    }
    return entity;
  }

  /** The value that a key which the object lacks counts as, for the few keys that have one. */
  Optional<String> defaultOf(Entity entity, String key) {
    return Optional.ofNullable(defaults.get(entity.name() + "." + key));
  }

  List<String> listKeys(Entity entity) {
    return entity.keys(Use.FILTER).stream()
        .filter(key -> entity.field(key, Use.FILTER).filter(SearchField::lists).isPresent())
        .toList();
  }

  /** Collects entities; see {@link SearchTarget}. */
  public static final class Builder {
    private final String tieBreak;
    private final Map<String, Entity> entities = new LinkedHashMap<>();
    private final Map<String, String> defaults = new LinkedHashMap<>();
    private final Map<String, SearchField> attributes = new LinkedHashMap<>();
    private final List<String> attributeNames = new ArrayList<>();

    private Builder(String tieBreak) {
      this.tieBreak = tieBreak;
    }

    /** An attribute of the searched row, with other spellings that clients use. */
    public Builder attribute(SearchField field, String name, String... aliases) {
      attributes.put(name, field);
      attributeNames.add(name);
      for (String alias : aliases) {
        attributes.put(alias, field);
      }
      return this;
    }

    /** An entity with the keys of the map; the first word is its name in messages. */
    public Builder entity(Map<String, SearchField> fields, String... words) {
      List<String> keys = fields.keySet().stream().sorted().toList();
      return add(new Entity(words[0], Map.copyOf(fields), Optional.empty(), keys), words);
    }

    /** An entity with any keys; the first word is its name in messages. */
    public Builder open(SearchField field, String... words) {
      return add(new Entity(words[0], Map.of(), Optional.of(field), List.of()), words);
    }

    /** Lets a missing key of an open entity count as having a value. */
    public Builder missingCountsAs(String entity, String key, String value) {
      defaults.put(entity + "." + key, value);
      return this;
    }

    public SearchTarget build() {
      Entity entity =
          new Entity("attribute", Map.copyOf(attributes), Optional.empty(), attributeNames);
      add(entity, "attribute", "attributes", "attr", "run");
      return new SearchTarget(this);
    }

    private Builder add(Entity entity, String... words) {
      for (String word : words) {
        entities.put(word, entity);
      }
      return this;
    }
  }
}
