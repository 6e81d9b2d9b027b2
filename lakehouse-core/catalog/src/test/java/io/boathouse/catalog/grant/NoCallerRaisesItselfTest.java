package io.boathouse.catalog.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.PageRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random callers do random things; a model that knows only sets of facts says after each what
 * everybody may do, and must agree with the server's decisions, its listings and its refusals.
 */
class NoCallerRaisesItselfTest {
  private static final int STEPS = 120;

  private final Oracle oracle = new Oracle();
  private final List<Caller> callers = new ArrayList<>();
  private final Map<String, Principal> groups = new HashMap<>();
  private final List<Securable> things = new ArrayList<>();

  // Fails when GrantService.change, SecurableService.update, PrincipalService.addMember,
  // removeMember or update skip their check: a step succeeds that the model refuses.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void case19_rightsAfterAnySequenceOfCallsAreThoseOfTheModel(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try (var catalog = new TestCatalog()) {
      prepare(catalog);
      for (int step = 0; step < STEPS; step++) {
        String what = act(catalog, random);
        compare(catalog, "seed " + seed + " step " + step + ": " + what, random);
      }
    }
  }

  private void prepare(TestCatalog catalog) {
    callers.add(catalog.admin);
    oracle.administrators.add(catalog.admin.principal());
    for (String name : List.of("ann", "bob", "cat")) {
      callers.add(catalog.user(name));
    }
    for (String name : List.of("g1", "g2")) {
      groups.put(name, catalog.group(name));
    }
    for (String name : List.of("a", "b")) {
      things.add(catalog.create(catalog.admin, SecurableType.CATALOG, name));
      things.add(catalog.create(catalog.admin, SecurableType.SCHEMA, name + ".s"));
      things.add(catalog.create(catalog.admin, SecurableType.TABLE, name + ".s.t"));
      things.add(catalog.create(catalog.admin, SecurableType.REGISTERED_MODEL, name + ".s.m"));
    }
    things.add(catalog.create(catalog.admin, SecurableType.EXPERIMENT, "exp"));
    things.add(catalog.create(catalog.admin, SecurableType.SERVING_ENDPOINT, "end"));
    for (Securable thing : things) {
      oracle.owners.put(thing.id(), "admin");
      oracle.types.put(thing.id(), thing.type());
    }
  }

  private String act(TestCatalog catalog, RandomGenerator random) {
    Caller caller = pick(callers, random);
    Securable thing = pick(things, random);
    String principal = pick(principals(), random);
    Privilege privilege = pick(List.of(Privilege.values()), random);
    return switch (random.nextInt(9)) {
      case 0, 1 -> {
        boolean may = oracle.allows(caller, Privilege.MANAGE, thing);
        boolean fits = privilege.grantableOn(thing.type());
        attempt(
            may && fits,
            () ->
                catalog
                    .module
                    .grants()
                    .grant(caller, thing.type(), thing.name(), principal, privilege),
            () -> oracle.grants.add(new Fact(thing.id(), principal, privilege)));
        yield caller.principal() + " grants " + privilege + " on " + thing.name();
      }
      case 2 -> {
        attempt(
            oracle.allows(caller, Privilege.MANAGE, thing),
            () ->
                catalog
                    .module
                    .grants()
                    .revoke(caller, thing.type(), thing.name(), principal, privilege),
            () -> oracle.grants.remove(new Fact(thing.id(), principal, privilege)));
        yield caller.principal() + " revokes " + privilege + " on " + thing.name();
      }
      case 3 -> {
        Privilege change =
            thing.type() == SecurableType.EXPERIMENT ? Privilege.CAN_EDIT : Privilege.MANAGE;
        attempt(
            oracle.allows(caller, change, thing) && oracle.allows(caller, Privilege.MANAGE, thing),
            () ->
                catalog
                    .module
                    .securables()
                    .update(caller, thing.type(), thing.name(), SecurableChange.owner(principal)),
            () -> oracle.owners.put(thing.id(), principal));
        yield caller.principal() + " gives " + thing.name() + " to " + principal;
      }
      case 4 -> {
        String group = random.nextBoolean() ? "g1" : "g2";
        String member = pick(List.of("admin", "ann", "bob", "cat", "g1", "g2"), random);
        boolean cycle = member.equals(group) || oracle.above(group).contains(member);
        attempt(
            oracle.isAdministrator(caller) && !cycle,
            () -> catalog.module.principals().addMember(caller, groups.get(group).id(), id(member)),
            () -> oracle.members.add(new Member(group, member)));
        yield caller.principal() + " puts " + member + " into " + group;
      }
      case 5 -> {
        String group = random.nextBoolean() ? "g1" : "g2";
        String member = pick(List.of("ann", "bob", "cat", "g1", "g2"), random);
        attempt(
            oracle.isAdministrator(caller),
            () ->
                catalog
                    .module
                    .principals()
                    .removeMember(caller, groups.get(group).id(), id(member)),
            () -> oracle.members.remove(new Member(group, member)));
        yield caller.principal() + " takes " + member + " out of " + group;
      }
      case 6 -> {
        String user = pick(List.of("ann", "bob", "cat"), random);
        boolean active = random.nextInt(3) > 0;
        attempt(
            oracle.isAdministrator(caller),
            () -> {
              var unused =
                  catalog
                      .module
                      .principals()
                      .update(
                          caller,
                          id(user),
                          new NewPrincipal(
                              user,
                              Principal.Kind.USER,
                              Optional.empty(),
                              Optional.empty(),
                              active));
            },
            () -> {
              oracle.disabled.remove(user);
              if (!active) {
                oracle.disabled.add(user);
              }
            });
        yield caller.principal() + (active ? " enables " : " disables ") + user;
      }
      default -> {
        FullName name =
            FullName.of(random.nextBoolean() ? "a" : "b", "s", "t" + random.nextInt(1_000_000));
        Securable schema =
            things.stream()
                .filter(candidate -> candidate.name().equals(name.parent()))
                .findFirst()
                .orElseThrow();
        attempt(
            oracle.allows(caller, Privilege.CREATE_TABLE, schema),
            () ->
                things.add(
                    catalog
                        .module
                        .securables()
                        .create(caller, NewSecurable.of(SecurableType.TABLE, name))),
            () -> oracle.owners.put(things.getLast().id(), caller.principal()));
        yield caller.principal() + " creates " + name;
      }
    };
  }

  private UUID id(String principal) {
    Principal group = groups.get(principal);
    return group != null
        ? group.id()
        : callers.get(List.of("admin", "ann", "bob", "cat").indexOf(principal)).principalId();
  }

  /** Does it, and demands that it succeeds exactly if the model says so. */
  private static void attempt(boolean may, Runnable work, Runnable remember) {
    boolean done;
    String refusal = "";
    try {
      work.run();
      done = true;
    } catch (LakeException e) {
      done = false;
      refusal = e.message();
    }
    assertThat(done).as("allowed by the server (" + refusal + ")").isEqualTo(may);
    if (done) {
      remember.run();
    }
  }

  private void compare(TestCatalog catalog, String step, RandomGenerator random) {
    Caller caller = pick(callers, random);
    for (Securable thing : things) {
      Set<Privilege> real = EnumSet.noneOf(Privilege.class);
      Set<Privilege> expected = EnumSet.noneOf(Privilege.class);
      for (Privilege privilege : Privilege.values()) {
        if (catalog.module.authorizer().allows(caller, privilege, thing)) {
          real.add(privilege);
        }
        if (oracle.allows(caller, privilege, thing)) {
          expected.add(privilege);
        }
      }
      assertThat(real)
          .as("%s; rights of %s on %s", step, caller.principal(), thing.name())
          .isEqualTo(expected);
      assertThat(catalog.module.securables().find(caller, thing.type(), thing.name()).isPresent())
          .as("%s; %s sees %s", step, caller.principal(), thing.name())
          .isEqualTo(oracle.sees(caller, thing));
    }
    explained(catalog, step, caller, pick(things, random), pick(privileges(), random));
    Set<String> listed =
        catalog
            .module
            .securables()
            .list(caller, SecurableType.TABLE, PageRequest.first(1_000))
            .items()
            .stream()
            .map(table -> table.name().toString())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed)
        .as(step + "; listing of " + caller.principal())
        .isEqualTo(
            things.stream()
                .filter(thing -> thing.type() == SecurableType.TABLE)
                .filter(thing -> oracle.sees(caller, thing))
                .map(thing -> thing.name().toString())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** The explanation's verdict, its gaps and its reasons say what the model says. */
  private void explained(
      TestCatalog catalog, String step, Caller caller, Securable thing, Privilege privilege) {
    if (!privilege.grantableOn(thing.type())) {
      return;
    }
    Explanation explanation =
        catalog
            .module
            .explanations()
            .explain(
                catalog.admin,
                Optional.of(caller.principal()),
                new ExplainService.Question(privilege, thing.type(), thing.name()));
    String about = "%s; %s".formatted(step, explanation.sentences());
    assertThat(explanation.allowed())
        .as(about)
        .isEqualTo(oracle.allows(caller, privilege, thing))
        .isEqualTo(explanation.active() && explanation.missing().isEmpty());
    for (Explanation.Reason reason : explanation.reasons()) {
      assertThat(reason.through().getFirst()).as(about).isEqualTo(caller.principal());
      Securable on =
          reason.on().type() == SecurableType.METASTORE
              ? catalog.module.securables().byId(catalog.admin, thing.ancestors().getLast())
              : catalog
                  .module
                  .securables()
                  .get(catalog.admin, reason.on().type(), reason.on().name());
      if (reason.source() == Explanation.Source.GRANT) {
        assertThat(oracle.grants)
            .as(about)
            .contains(
                new Fact(on.id(), reason.through().getLast(), reason.granted().orElseThrow()));
      } else if (reason.source() == Explanation.Source.OWNER) {
        assertThat(oracle.owners).as(about).containsEntry(on.id(), reason.through().getLast());
      }
    }
  }

  private static List<Privilege> privileges() {
    return List.of(Privilege.values());
  }

  private static List<String> principals() {
    return List.of("ann", "bob", "cat", "g1", "g2", "account users");
  }

  private static <T> T pick(List<T> from, RandomGenerator random) {
    return from.get(random.nextInt(from.size()));
  }

  private record Fact(UUID on, String principal, Privilege privilege) {}

  private record Member(String group, String principal) {}

  /** The rules once more, as slowly and plainly as they can be said. */
  private static final class Oracle {
    final Set<Fact> grants = new HashSet<>();
    final Set<Member> members = new HashSet<>();
    final Set<String> administrators = new HashSet<>();
    final Set<String> disabled = new HashSet<>();
    final Map<UUID, String> owners = new HashMap<>();
    final Map<UUID, SecurableType> types = new HashMap<>();

    boolean isAdministrator(Caller caller) {
      return administrators.contains(caller.principal());
    }

    boolean allows(Caller caller, Privilege wanted, Securable thing) {
      if (isAdministrator(caller)) {
        return true;
      }
      if (disabled.contains(caller.principal())
          || !holds(caller, wanted, chain(thing), thing.type())) {
        return false;
      }
      if (wanted == Privilege.BROWSE) {
        return true;
      }
      for (UUID above : thing.ancestors()) {
        List<UUID> upwards = chain(thing).subList(chain(thing).indexOf(above), chain(thing).size());
        if (types.get(above) == SecurableType.CATALOG
            && !holds(caller, Privilege.USE_CATALOG, upwards, SecurableType.CATALOG)) {
          return false;
        }
        if (types.get(above) == SecurableType.SCHEMA
            && !holds(caller, Privilege.USE_SCHEMA, upwards, SecurableType.SCHEMA)) {
          return false;
        }
      }
      if (wanted.name().startsWith("CREATE_") && thing.type() == SecurableType.SCHEMA) {
        return holds(caller, Privilege.USE_SCHEMA, chain(thing), thing.type());
      }
      if (wanted.name().startsWith("CREATE_") && thing.type() == SecurableType.CATALOG) {
        return holds(caller, Privilege.USE_CATALOG, chain(thing), thing.type());
      }
      return true;
    }

    boolean sees(Caller caller, Securable thing) {
      if (isAdministrator(caller)) {
        return true;
      }
      if (disabled.contains(caller.principal())) {
        return false;
      }
      Set<String> names = names(caller);
      for (UUID id : chain(thing)) {
        if (names.contains(owners.get(id))) {
          return true;
        }
        for (Fact fact : grants) {
          if (fact.on().equals(id) && names.contains(fact.principal())) {
            boolean here = id.equals(thing.id());
            boolean reveals =
                fact.privilege() == Privilege.ALL_PRIVILEGES
                    || fact.privilege().appliesTo(thing.type());
            if (here || reveals) {
              return true;
            }
          }
        }
      }
      return false;
    }

    private boolean holds(Caller caller, Privilege wanted, List<UUID> chain, SecurableType type) {
      Set<String> names = names(caller);
      for (UUID id : chain) {
        if (names.contains(owners.get(id))) {
          return true;
        }
        for (Fact fact : grants) {
          if (fact.on().equals(id)
              && names.contains(fact.principal())
              && gives(fact.privilege(), wanted, type)) {
            return true;
          }
        }
      }
      return false;
    }

    private static boolean gives(Privilege granted, Privilege wanted, SecurableType type) {
      return switch (granted) {
        case ALL_PRIVILEGES -> wanted != Privilege.MANAGE && wanted != Privilege.CAN_MANAGE;
        case CAN_MANAGE ->
            Set.of("CAN_MANAGE", "CAN_EDIT", "CAN_READ", "CAN_QUERY", "CAN_VIEW")
                    .contains(wanted.name())
                || (wanted == Privilege.MANAGE
                    && (type == SecurableType.EXPERIMENT
                        || type == SecurableType.SERVING_ENDPOINT));
        case CAN_EDIT -> wanted == Privilege.CAN_EDIT || wanted == Privilege.CAN_READ;
        case CAN_QUERY -> wanted == Privilege.CAN_QUERY || wanted == Privilege.CAN_VIEW;
        default -> granted == wanted;
      };
    }

    private Set<String> names(Caller caller) {
      Set<String> names = above(caller.principal());
      names.add(caller.principal());
      names.add("account users");
      return names;
    }

    /** The groups that somebody is in, also by way of other groups. */
    Set<String> above(String name) {
      Set<String> found = new HashSet<>();
      boolean grows = true;
      while (grows) {
        grows = false;
        for (Member member : members) {
          if (member.principal().equals(name) || found.contains(member.principal())) {
            grows |= found.add(member.group());
          }
        }
      }
      return found;
    }

    private static List<UUID> chain(Securable thing) {
      List<UUID> chain = new ArrayList<>(List.of(thing.id()));
      chain.addAll(thing.ancestors());
      return chain;
    }
  }
}
