package io.boathouse.catalog.identity;

import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The named parts of the server that do background work. They belong to the administrators, cannot
 * log in, go through every check and stand in the audit under their own names.
 */
public final class SystemCallers {
  private static final Pattern PART = Pattern.compile("[a-z][a-z-]{0,40}");

  private final Database database;
  private final AccessStamp stamp;
  private final InstantSource clock;
  private final PrincipalRepository repository;
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();

  /** Creates callers that are kept in this database. */
  public SystemCallers(Database database, AccessStamp stamp, InstantSource clock) {
    this.database = database;
    this.stamp = stamp;
    this.clock = clock;
    this.repository = new PrincipalRepository(database);
  }

  /** The caller for a part of the server, such as {@code workflow}; made when first asked for. */
  public Caller system(String part) {
    if (!PART.matcher(part).matches()) {
      throw IdentityErrors.unknownPart(part);
    }
    Caller known = callers.get(part);
    if (known != null) {
      return known;
    }
    Caller made = make("system:" + part);
    database.afterCommit(() -> callers.put(part, made));
    return made;
  }

  /**
   * The caller of a user or service principal with its present groups, for work that it ordered and
   * the server does later, such as a run of the workflow.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the principal is gone or
   *     disabled
   */
  public Caller inNameOf(UUID principalId) {
    Principal principal =
        repository
            .find(principalId)
            .filter(Principal::active)
            .orElseThrow(() -> IdentityErrors.principalNotFound(principalId.toString()));
    Set<String> groups = new TreeSet<>(repository.groupNames(principalId));
    groups.add(BuiltInGroups.EVERYBODY);
    return new Caller(
        principalId,
        principal.name(),
        switch (principal.kind()) {
          case USER -> Caller.Kind.USER;
          case SERVICE_PRINCIPAL -> Caller.Kind.SERVICE_PRINCIPAL;
          case SYSTEM -> Caller.Kind.SYSTEM;
          case GROUP -> throw IdentityErrors.principalNotFound(principal.name());
        },
        groups,
        Optional.empty(),
        "later-" + UUID.randomUUID(),
        "local",
        "boathouse");
  }

  /**
   * As {@link #inNameOf(UUID)} for a principal of this name, for one who asks about it and was
   * found to have the right to.
   */
  @SuppressWarnings("unused")
  public Caller named(Caller asking, String name) {
    return inNameOf(
        repository
            .find(name)
            .map(Principal::id)
            .orElseThrow(() -> IdentityErrors.principalNotFound(name)));
  }

  private Caller make(String name) {
    return database.inTransaction(
        () -> {
          Principal wanted =
              new Principal(
                  UUID.randomUUID(),
                  name,
                  Principal.Kind.SYSTEM,
                  Optional.empty(),
                  Optional.empty(),
                  true,
                  clock.instant().truncatedTo(ChronoUnit.MICROS));
          repository.insert(wanted);
          Principal part = repository.find(name).orElseThrow();
          if (repository.addMember(BuiltInGroups.ADMINS_ID, part.id())) {
            stamp.changed();
          }
          return new Caller(
              part.id(),
              name,
              Caller.Kind.SYSTEM,
              Set.of(BuiltInGroups.ADMINS, BuiltInGroups.EVERYBODY),
              Optional.empty(),
              name,
              "local",
              "boathouse");
        });
  }
}
