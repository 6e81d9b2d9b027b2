package io.boathouse.catalog.policy;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.function.FunctionDefinition;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.AttributePolicy.Audience;
import io.boathouse.catalog.policy.AttributePolicy.Effect;
import io.boathouse.catalog.policy.AttributePolicy.Kind;
import io.boathouse.catalog.policy.AttributePolicy.Match;
import io.boathouse.catalog.policy.AttributePolicy.Member;
import io.boathouse.catalog.policy.AttributePolicy.Place;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Sets and tells attribute policies. Changing one needs MANAGE on what it is set on and EXECUTE on
 * its function; whoever may see that thing sees its policies. Every method blocks.
 */
public final class AttributePolicyService {
  private static final int LONGEST_NAME = 255;

  private final Database database;
  private final Governance governance;
  private final InstantSource clock;
  private final AttributePolicyRepository repository;

  /** What decides, names and records. */
  public record Governance(
      SecurableService securables,
      FunctionCalls functions,
      Authorizer authorizer,
      PolicyChanges changes,
      AuditLog audit) {}

  public AttributePolicyService(Database database, Governance governance, InstantSource clock) {
    this.database = database;
    this.governance = governance;
    this.clock = clock;
    this.repository = new AttributePolicyRepository(database);
  }

  /**
   * What a policy shall say.
   *
   * @param to for whom; at least one
   */
  public record Wanted(
      Kind kind,
      FullName function,
      Optional<String> onColumn,
      List<String> using,
      List<Match> matches,
      Optional<String> when,
      Optional<String> comment,
      List<String> to,
      List<String> except) {}

  /**
   * @param inherited also those that are set above
   * @return the nearest first
   */
  public List<AttributePolicy> list(
      Caller caller, SecurableType type, FullName name, boolean inherited) {
    Securable on = governance.securables().get(caller, type, name);
    List<UUID> chain = new ArrayList<>(List.of(on.id()));
    if (inherited) {
      chain.addAll(on.ancestors());
    }
    return repository.of(chain);
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND
   */
  public AttributePolicy get(Caller caller, SecurableType type, FullName on, String name) {
    return one(governance.securables().get(caller, type, on), name);
  }

  /**
   * @throws io.boathouse.platform.error.LakeException ALREADY_EXISTS; PERMISSION_DENIED; NOT_FOUND
   *     for the function or a principal; INVALID_ARGUMENT naming the field that cannot be
   */
  public AttributePolicy create(
      Caller caller, SecurableType type, FullName on, String name, Wanted wanted) {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw PolicyErrors.invalid("name", name, "1 to 255 characters");
    }
    return database.inTransaction(
        () -> {
          Securable securable = changeable(caller, type, on);
          if (find(securable, name).isPresent()) {
            throw PolicyErrors.policyExists(name);
          }
          Instant now = now();
          AttributePolicy policy =
              policy(caller, securable, wanted, new Birth(UUID.randomUUID(), name, now, caller));
          return put(caller, "CREATE_POLICY", securable, policy);
        });
  }

  /**
   * Says something else from now on. Errors as {@link #create}.
   *
   * @param change of what it says now
   */
  public AttributePolicy update(
      Caller caller,
      SecurableType type,
      FullName on,
      String name,
      Function<AttributePolicy, Wanted> change) {
    return database.inTransaction(
        () -> {
          Securable securable = changeable(caller, type, on);
          AttributePolicy old = one(securable, name);
          Birth birth = new Birth(old.id(), old.name(), old.createdAt(), old.createdBy());
          AttributePolicy policy = policy(caller, securable, change.apply(old), birth);
          return put(caller, "UPDATE_POLICY", securable, policy);
        });
  }

  /** Takes a policy away. */
  public void delete(Caller caller, SecurableType type, FullName on, String name) {
    database.useTransaction(
        () -> {
          Securable securable = changeable(caller, type, on);
          boolean unused = repository.delete(one(securable, name).id());
          governance.changes().stamp().changed();
          governance.audit().changed(caller, "DELETE_POLICY", securable, Map.of("policy", name));
        });
  }

  /** What of a policy stays as it began. */
  private record Birth(UUID id, String name, Instant at, String by) {
    Birth(UUID id, String name, Instant at, Caller caller) {
      this(id, name, at, caller.principal());
    }
  }

  private AttributePolicy policy(Caller caller, Securable on, Wanted wanted, Birth birth) {
    FunctionDefinition function = governance.functions().require(caller, wanted.function());
    FullName functionName = function.securable().name();
    SqlFunction sql = SqlFunction.of(function).orElseThrow(() -> PolicyErrors.notSql(functionName));
    boolean mask = wanted.kind() == Kind.COLUMN_MASK;
    if (mask != wanted.onColumn().isPresent()) {
      throw PolicyErrors.badAlias(
          "on_column",
          wanted.onColumn().orElse(""),
          mask ? "an alias of match_columns" : "none: a row filter has none");
    }
    int arguments = wanted.using().size() + (mask ? 1 : 0);
    if (sql.parameters().size() != arguments) {
      throw PolicyErrors.wrongArguments(functionName, sql.parameters().size(), arguments);
    }
    if (!mask && !sql.returns().trim().equalsIgnoreCase("boolean")) {
      throw PolicyErrors.notBoolean(functionName, sql.returns());
    }
    if (wanted.to().isEmpty()) {
      throw PolicyErrors.invalid("to_principals", "", "at least one, such as 'account users'");
    }
    AttributePolicy policy =
        new AttributePolicy(
            birth.id(),
            birth.name(),
            new Place(on.id(), on.type(), on.name()),
            wanted.comment(),
            new Effect(
                wanted.kind(),
                function.securable().id(),
                functionName,
                wanted.onColumn(),
                wanted.using()),
            wanted.matches(),
            wanted.when(),
            new Audience(
                members("to_principals", wanted.to()),
                members("except_principals", wanted.except())),
            birth.at(),
            birth.by(),
            now(),
            caller.principal());
    AttributePolicies.check(policy);
    return policy;
  }

  private List<Member> members(String field, List<String> names) {
    return names.stream()
        .map(
            name ->
                repository
                    .principal(name)
                    .orElseThrow(
                        () -> PolicyErrors.invalid(field, name, "a principal or group there is")))
        .toList();
  }

  private AttributePolicy put(
      Caller caller, String action, Securable securable, AttributePolicy policy) {
    repository.put(policy);
    governance.changes().reviewed();
    governance
        .audit()
        .changed(
            caller,
            action,
            securable,
            Map.of(
                "policy", policy.name(),
                "function", policy.effect().function().toString(),
                "to", names(policy.audience().to()),
                "except", names(policy.audience().except())));
    return policy;
  }

  private static String names(List<Member> members) {
    return String.join(",", members.stream().map(Member::name).toList());
  }

  private Securable changeable(Caller caller, SecurableType type, FullName on) {
    if (type != SecurableType.CATALOG
        && type != SecurableType.SCHEMA
        && type != SecurableType.TABLE) {
      throw PolicyErrors.invalid("on_securable_type", type.name(), "CATALOG, SCHEMA or TABLE");
    }
    return governance.authorizer().require(caller, Privilege.MANAGE, type, on);
  }

  private Optional<AttributePolicy> find(Securable on, String name) {
    return repository.of(List.of(on.id())).stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst();
  }

  private AttributePolicy one(Securable on, String name) {
    return find(on, name).orElseThrow(() -> PolicyErrors.policyNotFound(name));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
