package io.boathouse.catalog.grant;

import io.boathouse.catalog.grant.Explanation.Missing;
import io.boathouse.catalog.grant.Explanation.Reason;
import io.boathouse.catalog.grant.Explanation.Source;
import io.boathouse.catalog.grant.ExplanationRepository.Granted;
import io.boathouse.catalog.grant.ExplanationRepository.Holdings;
import io.boathouse.catalog.grant.ExplanationRepository.Named;
import io.boathouse.catalog.grant.ExplanationRepository.Place;
import io.boathouse.catalog.grant.PrivilegeAssignment.Container;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Explains decisions: may this principal do that, by which grants and memberships, and who may at
 * all. The verdict is made by the rules that decide; only the reasons are gathered here. Everybody
 * may ask about itself; about others, who may manage the securable. Every method blocks.
 */
public final class ExplainService {
  private static final int LOOKED_AT = 500;

  private final Database database;
  private final StoredAuthorizer authorizer;
  private final SecurableTree tree;
  private final ExplanationRepository repository;
  private final GrantRepository grants;
  private final Limits limits;

  /** Tells what policies leave of a table. */
  @FunctionalInterface
  public interface Limits {
    List<Explanation.Limit> of(UUID principal, Securable table);
  }

  /** Creates the service over the grants that the authorizer decides from. */
  public ExplainService(Database database, StoredAuthorizer authorizer, Limits limits) {
    this.limits = limits;
    this.database = database;
    this.authorizer = authorizer;
    this.tree = authorizer.tree();
    this.repository = new ExplanationRepository(database);
    this.grants = new GrantRepository(database);
  }

  /** What is asked about. */
  public record Question(Privilege privilege, SecurableType type, FullName name) {}

  /**
   * Explains whether a principal has a privilege.
   *
   * @param principal whose rights; empty for the caller's own
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND for a hidden securable or an
   *     unknown principal; PERMISSION_DENIED to ask about another without MANAGE; INVALID_ARGUMENT
   *     for a privilege that means nothing there
   */
  public Explanation explain(Caller caller, Optional<String> principal, Question question) {
    return database.inTransaction(
        () -> {
          Securable securable = visible(caller, question);
          UUID id = principal.isPresent() ? find(principal.get()) : caller.principalId();
          if (!id.equals(caller.principalId())) {
            authorizer.require(caller, Privilege.MANAGE, securable);
          }
          Named asked = new Named(id, principal.orElse(caller.principal()));
          Explanation explanation =
              explain(asked, question.privilege(), repository.holdings(securable));
          boolean reads =
              explanation.allowed()
                  && question.type() == SecurableType.TABLE
                  && question.privilege() == Privilege.SELECT;
          return reads ? explanation.with(limits.of(id, securable)) : explanation;
        });
  }

  /**
   * The users and service principals that have the privilege, by name, each with the reasons. A
   * page may hold fewer than asked for, even none, while there are more to come.
   *
   * @throws io.boathouse.platform.error.LakeException as above
   */
  public Page<Explanation> holders(Caller caller, Question question, PageRequest page) {
    String after = after(page).orElse("");
    return database.inTransaction(
        () -> {
          Securable securable = visible(caller, question);
          authorizer.require(caller, Privilege.MANAGE, securable);
          List<Holdings> levels = repository.holdings(securable);
          int most = Math.min(page.maxResults(), LOOKED_AT);
          List<Named> found = repository.principals(after, most + 1);
          return Page.cut(found, most, named -> List.of(named.name()))
              .map(named -> explain(named, question.privilege(), levels))
              .where(Explanation::allowed);
        });
  }

  /**
   * The things of a type on which a principal has the privilege, by name. A page may hold fewer
   * than asked for while there are more to come.
   *
   * @param principal whose rights; empty for the caller's own, any other for administrators only
   */
  public Page<FullName> held(
      Caller caller,
      Optional<String> principal,
      SecurableType type,
      Privilege privilege,
      PageRequest page) {
    Optional<String> after = after(page);
    return database.inTransaction(
        () -> {
          UUID id = principal.isPresent() ? find(principal.get()) : caller.principalId();
          if (!id.equals(caller.principalId())) {
            authorizer.requireAdministrator(caller, "see what another may do");
          }
          Set<UUID> standing = authorizer.standing(id);
          int most = Math.min(page.maxResults(), LOOKED_AT);
          List<Place> found =
              repository.securables(type, authorizer.visible(type, standing), after, most + 1);
          return Page.cut(found, most, place -> List.of(place.name()))
              .where(
                  place ->
                      authorizer.rights(place.id(), place.ancestors(), standing).allows(privilege))
              .map(place -> FullName.parse(type, place.name()));
        });
  }

  private static Optional<String> after(PageRequest page) {
    return page.after(1).map(token -> token.keys().getFirst());
  }

  private Securable visible(Caller caller, Question question) {
    SecurableType type = question.type();
    Securable securable =
        tree.find(type, question.name())
            .orElseThrow(() -> SecurableErrors.notFound(type, question.name()));
    authorizer.requireVisible(caller, securable);
    if (!question.privilege().grantableOn(type)) {
      throw GrantErrors.notGrantable(question.privilege(), type);
    }
    return securable;
  }

  private UUID find(String principal) {
    return grants.principal(principal).orElseThrow(() -> GrantErrors.principalNotFound(principal));
  }

  private Explanation explain(Named asked, Privilege privilege, List<Holdings> levels) {
    Set<UUID> ids = authorizer.standing(asked.id());
    Standing standing = repository.standing(asked.id(), ids);
    Container on = levels.getFirst().on();
    if (ids.isEmpty()) {
      return new Explanation(
          asked.name(), false, privilege, on, false, List.of(), List.of(), List.of());
    }
    if (ids.contains(BuiltInGroups.ADMINS_ID)) {
      Reason reason =
          new Reason(
              privilege,
              Source.ADMINISTRATOR,
              Optional.empty(),
              levels.getLast().on(),
              standing.path(BuiltInGroups.ADMINS_ID));
      return new Explanation(
          asked.name(), true, privilege, on, true, List.of(reason), List.of(), List.of());
    }
    Rights rights = Rights.of(levels.stream().map(level -> level(level, ids)).toList());
    List<Reason> reasons = new ArrayList<>();
    List<Missing> missing = new ArrayList<>();
    for (Missing need : needs(privilege, levels)) {
      List<Reason> given = reasons(need, levels, standing);
      reasons.addAll(given);
      if (given.isEmpty()) {
        missing.add(need);
      }
    }
    return new Explanation(
        asked.name(), true, privilege, on, rights.allows(privilege), reasons, missing, List.of());
  }

  private static Rights.Level level(Holdings level, Set<UUID> standing) {
    return new Rights.Level(
        level.on().type(),
        standing.contains(level.owner()),
        level.grants().stream()
            .filter(grant -> standing.contains(grant.principal()))
            .map(Granted::privilege)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** The gates from the outermost in, then the privilege itself. */
  private static List<Missing> needs(Privilege privilege, List<Holdings> levels) {
    List<Missing> needs = new ArrayList<>();
    if (privilege != Privilege.BROWSE) {
      for (Holdings level : levels.reversed()) {
        boolean inside = !level.on().equals(levels.getFirst().on()) || privilege.creates();
        Rights.gate(level.on().type())
            .filter(gate -> inside)
            .ifPresent(gate -> needs.add(new Missing(gate.privilege(), level.on())));
      }
    }
    needs.add(new Missing(privilege, levels.getFirst().on()));
    return needs;
  }

  private static List<Reason> reasons(Missing need, List<Holdings> levels, Standing standing) {
    SecurableType target = levels.getFirst().on().type();
    List<Reason> reasons = new ArrayList<>();
    boolean counts = false;
    for (Holdings level : levels) {
      counts |= level.on().equals(need.on());
      if (!counts) {
        continue;
      }
      if (standing.ids().contains(level.owner())) {
        reasons.add(
            new Reason(
                need.privilege(),
                Source.OWNER,
                Optional.empty(),
                level.on(),
                standing.path(level.owner())));
      }
      for (Granted grant : level.grants()) {
        boolean reaches = level.on().type() == target || !grant.privilege().isOfMetastoreAlone();
        if (reaches
            && standing.ids().contains(grant.principal())
            && Rights.implied(grant.privilege(), target).contains(need.privilege())) {
          reasons.add(
              new Reason(
                  need.privilege(),
                  Source.GRANT,
                  Optional.of(grant.privilege()),
                  level.on(),
                  standing.path(grant.principal())));
        }
      }
    }
    return reasons;
  }
}
