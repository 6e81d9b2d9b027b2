package io.boathouse.catalog.access;

import io.boathouse.catalog.access.AccessFile.Thing;
import io.boathouse.catalog.access.AccessPlan.Change;
import io.boathouse.catalog.access.AccessPlan.Effect;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessPictures;
import io.boathouse.catalog.grant.AccessPictures.Picture;
import io.boathouse.catalog.grant.AccessPictures.Seen;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Explanation;
import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.grant.StoredAuthorizer;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.identity.PrincipalService;
import io.boathouse.catalog.policy.AttributePolicyService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Makes rights what a file says, in one transaction or not at all, and tells before what that would
 * change and for whom. A plan is made by making the changes and taking them back, so it cannot
 * differ from what is applied then; and each change is made by the service that makes it alone, so
 * nobody can do by a file what it could not do call by call. Every method blocks.
 */
public final class AccessPlanService {
  private static final int MOST_LIMITS = 5_000;

  private final Database database;
  private final Parts parts;
  private final AccessPictures pictures;
  private final Makers makers;
  private final AccessChanges changes;

  /**
   * What it asks.
   *
   * @param rules by which everybody's rights are looked at
   * @param inNameOf a caller with the rights of a principal, for what policies show it
   */
  public record Parts(
      SecurableService securables,
      StoredAuthorizer rules,
      Function<UUID, Caller> inNameOf,
      AuditLog audit) {}

  /** Who makes the changes. */
  public record Makers(
      PrincipalService principals,
      GrantService grants,
      TagService tags,
      PolicyService policies,
      AttributePolicyService attributePolicies,
      Authorizer authorizer) {}

  public AccessPlanService(Database database, Parts parts, Makers makers) {
    this.database = database;
    this.parts = parts;
    this.pictures = new AccessPictures(database, parts.rules());
    this.makers = makers;
    this.changes = new AccessChanges(makers);
  }

  /** Takes the changes of a plan back. */
  private static final class Planned extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient AccessPlan plan;

    Planned(AccessPlan plan) {
      super("planned", null, false, false);
      this.plan = plan;
    }
  }

  /**
   * What applying the file would change, without changing anything.
   *
   * @throws io.boathouse.platform.error.LakeException what {@link #apply} throws
   */
  public AccessPlan plan(Caller caller, AccessFile file) {
    AccessPlan plan;
    try {
      plan =
          database.inTransaction(
              () -> {
                throw new Planned(made(caller, file));
              });
    } catch (Planned planned) {
      plan = planned.plan;
    }
    parts.audit().recorded(caller, "PLAN_ACCESS", about(plan));
    return plan;
  }

  /**
   * Makes the rights what the file says.
   *
   * @param expected the digest of the plan that is to be applied; empty for whatever it is
   * @throws io.boathouse.platform.error.LakeException CONFLICT if it is another plan by now;
   *     otherwise what the calls throw that make the changes one by one
   */
  public AccessPlan apply(Caller caller, AccessFile file, Optional<String> expected) {
    return database.inTransaction(
        () -> {
          AccessPlan plan = made(caller, file);
          if (expected.filter(digest -> !digest.equals(plan.digest())).isPresent()) {
            throw AccessErrors.otherPlan(expected.get(), plan.digest());
          }
          parts.audit().recorded(caller, "APPLY_ACCESS", about(plan));
          return plan;
        });
  }

  private static Map<String, String> about(AccessPlan plan) {
    return Map.of("changes", Integer.toString(plan.changes().size()), "plan", plan.digest());
  }

  private AccessPlan made(Caller caller, AccessFile file) {
    Set<UUID> roots = roots(caller, file);
    boolean limited = file.things().stream().anyMatch(AccessPlanService::limits);
    boolean grouped = !file.groups().isEmpty();
    Picture before = pictures.of(roots);
    Map<String, List<String>> shownBefore = shown(before, limited || grouped);
    List<Change> made = changes.make(caller, file);
    if (made.isEmpty()) {
      return new AccessPlan(List.of(), List.of(), true, digest(made));
    }
    Picture after = pictures.of(roots);
    Map<String, List<String>> shownAfter = shown(after, limited || grouped);
    boolean whole =
        before.whole()
            && after.whole()
            && Math.max(shownBefore.size(), shownAfter.size()) < MOST_LIMITS;
    return new AccessPlan(
        made, effects(before, after, shownBefore, shownAfter), whole, digest(made));
  }

  /** What the caller may manage of what the file names, and what its groups reach. */
  private Set<UUID> roots(Caller caller, AccessFile file) {
    Set<UUID> roots = new LinkedHashSet<>();
    for (Thing thing : file.things()) {
      Securable securable = parts.securables().get(caller, thing.type(), thing.name());
      if (makers.authorizer().allows(caller, Privilege.MANAGE, securable)) {
        roots.add(securable.id());
      }
    }
    if (!file.groups().isEmpty()) {
      makers.authorizer().requireAdministrator(caller, "change groups");
      for (String name : file.groups().keySet()) {
        Principal group = changes.group(caller, name);
        roots.addAll(pictures.reach(group.id()));
      }
    }
    return roots;
  }

  private static boolean limits(Thing thing) {
    return thing.tags().isPresent()
        || !thing.columnTags().isEmpty()
        || thing.policies().isPresent()
        || thing.table().filtered()
        || thing.table().masks().isPresent();
  }

  /** What policies leave of tables to whoever may read them, by principal and table. */
  private Map<String, List<String>> shown(Picture picture, boolean wanted) {
    Map<String, List<String>> shown = new HashMap<>();
    if (!wanted) {
      return shown;
    }
    Map<UUID, Caller> callers = new HashMap<>();
    Map<UUID, Securable> tables = new HashMap<>();
    for (Seen seen : picture.seen()) {
      if (seen.on().type() == SecurableType.TABLE && seen.allowed().contains(Privilege.SELECT)) {
        if (shown.size() >= MOST_LIMITS) {
          return shown;
        }
        Caller caller = callers.computeIfAbsent(seen.principalId(), parts.inNameOf());
        Securable table =
            tables.computeIfAbsent(
                seen.thingId(),
                id -> parts.securables().get(caller, SecurableType.TABLE, seen.on().name()));
        shown.put(
            seen.key(),
            makers.policies().of(caller, table).limits().stream()
                .map(Explanation.Limit::toString)
                .toList());
      }
    }
    return shown;
  }

  private static List<Effect> effects(
      Picture before,
      Picture after,
      Map<String, List<String>> shownBefore,
      Map<String, List<String>> shownAfter) {
    Map<String, Seen> old = new LinkedHashMap<>();
    before.seen().forEach(seen -> old.put(seen.key(), seen));
    Map<String, Seen> present = new LinkedHashMap<>();
    after.seen().forEach(seen -> present.put(seen.key(), seen));
    Set<String> keys = new LinkedHashSet<>(old.keySet());
    keys.addAll(present.keySet());
    List<Effect> effects = new ArrayList<>();
    for (String key : keys) {
      Seen was = old.get(key);
      Seen is = present.get(key);
      Set<Privilege> held = was == null ? Set.of() : was.allowed();
      Set<Privilege> holds = is == null ? Set.of() : is.allowed();
      List<String> left = shownBefore.getOrDefault(key, List.of());
      List<String> leaves = shownAfter.getOrDefault(key, List.of());
      Seen any = is == null ? was : is;
      if (any != null && !(held.equals(holds) && left.equals(leaves))) {
        effects.add(
            new Effect(
                any.principal(),
                any.on().type(),
                any.on().name(),
                without(holds, held),
                without(held, holds),
                left,
                leaves));
      }
    }
    return effects;
  }

  private static Set<Privilege> without(Set<Privilege> all, Set<Privilege> others) {
    Set<Privilege> rest = EnumSet.noneOf(Privilege.class);
    rest.addAll(all);
    rest.removeAll(others);
    return rest;
  }

  private static String digest(List<Change> changes) {
    StringBuilder text = new StringBuilder();
    changes.forEach(change -> text.append(change).append('\n'));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
