package io.boathouse.catalog.policy;

import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.policy.AttributePolicy.Audience;
import io.boathouse.catalog.policy.AttributePolicy.Effect;
import io.boathouse.catalog.policy.AttributePolicy.Kind;
import io.boathouse.catalog.policy.AttributePolicy.Match;
import io.boathouse.catalog.policy.AttributePolicy.Member;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.tag.TagsInPlace;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What attribute policies make of one table for one caller. A policy that is set nearer to the
 * table goes before one above; two at one level that disagree close the table, as nobody can tell
 * which was meant.
 */
final class AttributePolicies {
  private final AttributePolicyRepository repository;
  private final TagsInPlace tags;
  private final Memberships memberships;

  AttributePolicies(Database database, Memberships memberships) {
    this.repository = new AttributePolicyRepository(database);
    this.tags = new TagsInPlace(database);
    this.memberships = memberships;
  }

  /** The policies of what is above a table, for whomever they are. */
  List<AttributePolicy> above(Securable table) {
    return repository.of(table.ancestors());
  }

  /** Whether one of them shows less of a table to anybody. */
  boolean reach(Securable table) {
    List<AttributePolicy> found = of(table);
    if (found.isEmpty()) {
      return false;
    }
    TagsInPlace.Found tagged = tags.of(table);
    return found.stream()
        .anyMatch(policy -> holdsFor(policy, tagged) && reaches(policy, table, tagged));
  }

  /** What cannot be decided closes the table. */
  private static boolean reaches(
      AttributePolicy policy, Securable table, TagsInPlace.Found tagged) {
    try {
      return !rows(table, policy, tagged).isEmpty();
    } catch (LakeException e) {
      return true;
    }
  }

  private List<AttributePolicy> of(Securable table) {
    List<UUID> chain = new ArrayList<>(List.of(table.id()));
    chain.addAll(table.ancestors());
    return repository.of(chain);
  }

  /** Adds to the policies of the table itself, which go before all others. */
  List<PolicyRepository.Row> added(Caller caller, Securable table, List<PolicyRepository.Row> own) {
    List<AttributePolicy> found = of(table);
    if (found.isEmpty()) {
      return own;
    }
    Set<UUID> standing = memberships.ids(caller);
    TagsInPlace.Found tagged = tags.of(table);
    Map<Optional<String>, Decided> decided = new HashMap<>();
    for (PolicyRepository.Row row : own) {
      decided.put(row.column(), new Decided(row.function(), Optional.empty()));
    }
    for (AttributePolicy policy : found) {
      if (holdsFor(policy.audience(), standing) && holdsFor(policy, tagged)) {
        for (PolicyRepository.Row row : rows(table, policy, tagged)) {
          decided.merge(
              row.column(),
              new Decided(row.function(), Optional.of(policy)),
              (first, other) -> first.before(table, other));
        }
      }
    }
    List<PolicyRepository.Row> all = new ArrayList<>();
    decided.forEach((column, one) -> all.add(new PolicyRepository.Row(column, one.function())));
    all.sort((a, b) -> a.column().orElse("").compareTo(b.column().orElse("")));
    return all;
  }

  /** What goes first so far. @param by empty if it is set on the table itself */
  private record Decided(PolicyFunction function, Optional<AttributePolicy> by) {
    Decided before(Securable table, Decided other) {
      boolean sameLevel =
          by.isPresent()
              && by.get().on().id().equals(other.by.map(policy -> policy.on().id()).orElse(null));
      if (sameLevel && !function.equals(other.function)) {
        throw PolicyErrors.conflict(
            table.name(), by.get().name(), other.by.map(AttributePolicy::name).orElse(""));
      }
      return this;
    }
  }

  private static boolean holdsFor(Audience audience, Set<UUID> standing) {
    return audience.to().stream().map(Member::id).anyMatch(standing::contains)
        && audience.except().stream().map(Member::id).noneMatch(standing::contains);
  }

  private static boolean holdsFor(AttributePolicy policy, TagsInPlace.Found tagged) {
    return policy
        .when()
        .map(condition -> TagCondition.parse("when_condition", condition).holds(tagged.table()))
        .orElse(true);
  }

  private static List<PolicyRepository.Row> rows(
      Securable table, AttributePolicy policy, TagsInPlace.Found tagged) {
    Effect effect = policy.effect();
    if (effect.kind() == Kind.ROW_FILTER) {
      List<Set<String>> columns =
          effect.using().stream().map(alias -> columns(policy, alias, tagged)).toList();
      if (columns.stream().anyMatch(Set::isEmpty)) {
        return List.of();
      }
      return List.of(
          new PolicyRepository.Row(Optional.empty(), function(policy, table, columns, List.of())));
    }
    List<PolicyRepository.Row> rows = new ArrayList<>();
    for (String masked : columns(policy, effect.onColumn().orElse(""), tagged)) {
      List<Set<String>> others =
          effect.using().stream().map(alias -> columns(policy, alias, tagged)).toList();
      rows.add(
          new PolicyRepository.Row(
              Optional.of(masked), function(policy, table, others, List.of(masked))));
    }
    return rows;
  }

  private static PolicyFunction function(
      AttributePolicy policy, Securable table, List<Set<String>> columns, List<String> first) {
    List<String> arguments = new ArrayList<>(first);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).size() != 1) {
        throw PolicyErrors.notOneColumn(
            table.name(), policy.name(), policy.effect().using().get(i), columns.get(i));
      }
      arguments.add(columns.get(i).iterator().next());
    }
    return new PolicyFunction(policy.effect().functionId(), policy.effect().function(), arguments);
  }

  private static Set<String> columns(
      AttributePolicy policy, String alias, TagsInPlace.Found tagged) {
    Set<String> columns = new TreeSet<>();
    for (Match match : policy.matches()) {
      if (match.alias().equals(alias)) {
        TagCondition condition = TagCondition.parse("match_columns.condition", match.condition());
        tagged
            .columns()
            .forEach(
                (column, tags) -> {
                  if (condition.holds(tags)) {
                    columns.add(column);
                  }
                });
      }
    }
    return columns;
  }

  /** Refuses aliases that are said twice or never, and conditions that cannot be read. */
  static void check(AttributePolicy policy) {
    Set<String> known = new HashSet<>();
    for (Match match : policy.matches()) {
      TagCondition unused = TagCondition.parse("match_columns.condition", match.condition());
      if (match.alias().isBlank() || !known.add(match.alias())) {
        throw PolicyErrors.badAlias("match_columns.alias", match.alias(), "a name, each once");
      }
    }
    policy.when().ifPresent(text -> TagCondition.parse("when_condition", text));
    policy.effect().onColumn().ifPresent(alias -> require(known, "on_column", alias));
    policy.effect().using().forEach(alias -> require(known, "using.alias", alias));
  }

  private static void require(Set<String> known, String field, String alias) {
    if (!known.contains(alias)) {
      throw PolicyErrors.badAlias(field, alias, "an alias of match_columns");
    }
  }
}
