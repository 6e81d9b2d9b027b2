package io.boathouse.catalog.access;

import io.boathouse.catalog.access.AccessFile.Call;
import io.boathouse.catalog.access.AccessFile.Thing;
import io.boathouse.catalog.access.AccessPlan.Change;
import io.boathouse.catalog.grant.GrantChange;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.grant.PrivilegeAssignment;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.policy.AttributePolicy;
import io.boathouse.catalog.policy.AttributePolicyService;
import io.boathouse.catalog.policy.PolicyFunction;
import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.tag.Tag;
import io.boathouse.catalog.tag.TaggedEntity;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.PageRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares what there is with what a file says and calls the services that make the difference, in
 * the transaction of the calling thread.
 */
final class AccessChanges {
  private static final int MOST_TAGS = 100;

  private final AccessPlanService.Makers parts;

  AccessChanges(AccessPlanService.Makers parts) {
    this.parts = parts;
  }

  /** Makes all changes and tells which they were. */
  List<Change> make(Caller caller, AccessFile file) {
    List<Change> made = new ArrayList<>();
    new TreeMap<>(file.groups()).forEach((group, members) -> members(caller, group, members, made));
    for (Thing thing : file.things()) {
      thing.grants().ifPresent(wanted -> grants(caller, thing, wanted, made));
      thing
          .tags()
          .ifPresent(
              wanted -> tags(caller, TaggedEntity.of(thing.type(), thing.name()), wanted, made));
      new TreeMap<>(thing.columnTags())
          .forEach(
              (column, wanted) ->
                  tags(caller, TaggedEntity.column(thing.name(), column), wanted, made));
      if (thing.table().filtered()) {
        filter(caller, thing, thing.table().filter(), made);
      }
      thing.table().masks().ifPresent(wanted -> masks(caller, thing, wanted, made));
      thing.policies().ifPresent(wanted -> policies(caller, thing, wanted, made));
    }
    return made;
  }

  Principal group(Caller caller, String name) {
    return parts
        .principals()
        .find(caller, name)
        .filter(found -> found.kind() == Principal.Kind.GROUP)
        .orElseThrow(() -> AccessErrors.principalNotFound("groups", name));
  }

  private void members(Caller caller, String name, Set<String> wanted, List<Change> made) {
    Principal group = group(caller, name);
    Map<String, Principal> present = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    parts
        .principals()
        .members(caller, group.id())
        .forEach(member -> present.put(member.name(), member));
    for (String member : new TreeSet<>(wanted)) {
      if (present.remove(member) == null) {
        Principal found =
            parts
                .principals()
                .find(caller, member)
                .orElseThrow(() -> AccessErrors.principalNotFound("groups." + name, member));
        parts.principals().addMember(caller, group.id(), found.id());
        made.add(new Change("ADD_MEMBER", "group " + name, found.name()));
      }
    }
    present.forEach(
        (member, principal) -> {
          parts.principals().removeMember(caller, group.id(), principal.id());
          made.add(new Change("REMOVE_MEMBER", "group " + name, member));
        });
  }

  private void grants(
      Caller caller, Thing thing, Map<String, Set<Privilege>> wanted, List<Change> made) {
    var unused = parts.authorizer().require(caller, Privilege.MANAGE, thing.type(), thing.name());
    Map<String, Set<Privilege>> present = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (PrivilegeAssignment one : parts.grants().list(caller, thing.type(), thing.name())) {
      present.put(
          one.principal(),
          one.privileges().stream()
              .map(PrivilegeAssignment.Held::privilege)
              .collect(Collectors.toSet()));
    }
    Map<String, Set<Privilege>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    present.keySet().forEach(principal -> all.put(principal, Set.of()));
    all.putAll(wanted);
    List<GrantChange> changes = new ArrayList<>();
    all.forEach(
        (principal, privileges) -> {
          Set<Privilege> has = present.getOrDefault(principal, Set.of());
          Set<Privilege> added = without(privileges, has);
          Set<Privilege> removed = without(has, privileges);
          added.forEach(one -> made.add(new Change("GRANT", on(thing), one + " to " + principal)));
          removed.forEach(
              one -> made.add(new Change("REVOKE", on(thing), one + " from " + principal)));
          if (!added.isEmpty() || !removed.isEmpty()) {
            changes.add(new GrantChange(principal, added, removed));
          }
        });
    if (!changes.isEmpty()) {
      var unusedNow = parts.grants().change(caller, thing.type(), thing.name(), changes);
    }
  }

  private static Set<Privilege> without(Set<Privilege> all, Set<Privilege> others) {
    Set<Privilege> rest = EnumSet.noneOf(Privilege.class);
    rest.addAll(all);
    rest.removeAll(others);
    return rest;
  }

  private void tags(
      Caller caller, TaggedEntity entity, Map<String, String> wanted, List<Change> made) {
    Map<String, String> present = new TreeMap<>();
    for (Tag tag :
        parts.tags().list(caller, entity, new PageRequest(MOST_TAGS, Optional.empty())).items()) {
      present.put(tag.key(), tag.value());
    }
    String on =
        entity
            .column()
            .map(column -> "column %s.%s".formatted(entity.name(), column))
            .orElseGet(() -> on(entity.type().name(), entity.name().toString()));
    new TreeMap<>(wanted)
        .forEach(
            (key, value) -> {
              String old = present.remove(key);
              if (old == null) {
                var unused = parts.tags().create(caller, entity, key, value);
              } else if (!old.equals(value)) {
                var unused = parts.tags().update(caller, entity, key, value);
              }
              if (!value.equals(old)) {
                made.add(new Change("SET_TAG", on, key + " = " + value));
              }
            });
    present.forEach(
        (key, value) -> {
          parts.tags().delete(caller, entity, key);
          made.add(new Change("UNSET_TAG", on, key));
        });
  }

  private void filter(Caller caller, Thing thing, Optional<Call> wanted, List<Change> made) {
    Optional<PolicyFunction> present = parts.policies().own(caller, thing.name()).rowFilter();
    if (wanted.isEmpty() && present.isPresent()) {
      parts.policies().dropRowFilter(caller, thing.name());
      made.add(new Change("DROP_ROW_FILTER", on(thing), present.get().name().toString()));
    }
    if (wanted.isPresent() && !present.filter(one -> same(one, wanted.get(), 0)).isPresent()) {
      Call call = wanted.get();
      parts.policies().setRowFilter(caller, thing.name(), call.function(), call.columns());
      made.add(new Change("SET_ROW_FILTER", on(thing), words(call)));
    }
  }

  private void masks(Caller caller, Thing thing, Map<String, Call> wanted, List<Change> made) {
    TablePolicies own = parts.policies().own(caller, thing.name());
    Map<String, PolicyFunction> present = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    present.putAll(own.masks());
    new TreeMap<>(wanted)
        .forEach(
            (column, call) -> {
              PolicyFunction old = present.remove(column);
              if (old == null || !same(old, call, 1)) {
                parts
                    .policies()
                    .setMask(caller, thing.name(), column, call.function(), call.columns());
                made.add(new Change("SET_COLUMN_MASK", on(thing), column + " as " + words(call)));
              }
            });
    present
        .keySet()
        .forEach(
            column -> {
              parts.policies().dropMask(caller, thing.name(), column);
              made.add(new Change("DROP_COLUMN_MASK", on(thing), column));
            });
  }

  /**
   * @param skipped how many of the function's arguments the file leaves out
   */
  private static boolean same(PolicyFunction present, Call wanted, int skipped) {
    List<String> arguments = present.arguments().subList(skipped, present.arguments().size());
    return present.name().equals(wanted.function())
        && String.join("\0", arguments).equalsIgnoreCase(String.join("\0", wanted.columns()));
  }

  private void policies(
      Caller caller,
      Thing thing,
      Map<String, AttributePolicyService.Wanted> wanted,
      List<Change> made) {
    var unusedThing =
        parts.authorizer().require(caller, Privilege.MANAGE, thing.type(), thing.name());
    Map<String, AttributePolicy> present = new LinkedHashMap<>();
    parts
        .attributePolicies()
        .list(caller, thing.type(), thing.name(), false)
        .forEach(policy -> present.put(policy.name(), policy));
    new TreeMap<>(wanted)
        .forEach(
            (name, policy) -> {
              AttributePolicy old = present.remove(name);
              if (old == null) {
                var unused =
                    parts
                        .attributePolicies()
                        .create(caller, thing.type(), thing.name(), name, policy);
                made.add(new Change("CREATE_POLICY", on(thing), name));
              } else if (!wanted(old).equals(policy)) {
                var unused =
                    parts
                        .attributePolicies()
                        .update(caller, thing.type(), thing.name(), name, now -> policy);
                made.add(new Change("UPDATE_POLICY", on(thing), name));
              }
            });
    present
        .keySet()
        .forEach(
            name -> {
              parts.attributePolicies().delete(caller, thing.type(), thing.name(), name);
              made.add(new Change("DELETE_POLICY", on(thing), name));
            });
  }

  private static AttributePolicyService.Wanted wanted(AttributePolicy policy) {
    return new AttributePolicyService.Wanted(
        policy.effect().kind(),
        policy.effect().function(),
        policy.effect().onColumn(),
        policy.effect().using(),
        policy.matches(),
        policy.when(),
        policy.comment(),
        names(policy.audience().to()),
        names(policy.audience().except()));
  }

  private static List<String> names(List<AttributePolicy.Member> members) {
    return members.stream().map(AttributePolicy.Member::name).toList();
  }

  private static String words(Call call) {
    return "%s(%s)".formatted(call.function(), String.join(", ", call.columns()));
  }

  private static String on(Thing thing) {
    return on(thing.type().name(), thing.name().toString());
  }

  private static String on(String type, String name) {
    return type.toLowerCase(Locale.ROOT) + " " + name;
  }
}
