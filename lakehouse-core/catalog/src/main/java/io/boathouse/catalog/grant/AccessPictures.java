package io.boathouse.catalog.grant;

import io.boathouse.catalog.grant.ExplanationRepository.Granted;
import io.boathouse.catalog.grant.ExplanationRepository.Holdings;
import io.boathouse.catalog.grant.ExplanationRepository.Named;
import io.boathouse.catalog.grant.ExplanationRepository.Place;
import io.boathouse.catalog.grant.PrivilegeAssignment.Container;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What everybody may do with some things, by the rules that decide, all at once: for telling apart
 * how it is before and after a change. Who asks has to be allowed to see that. Joins the
 * transaction of the calling thread.
 */
public final class AccessPictures {
  private static final int MOST_PRINCIPALS = 1_000;
  private static final int MOST_THINGS = 2_000;
  private static final int MOST_PAIRS = 200_000;

  private final StoredAuthorizer authorizer;
  private final ExplanationRepository repository;

  /** Over the grants that the authorizer decides from. */
  public AccessPictures(Database database, StoredAuthorizer authorizer) {
    this.authorizer = authorizer;
    this.repository = new ExplanationRepository(database);
  }

  /**
   * What one principal may do with one thing.
   *
   * @param allowed the privileges that mean something there and that it has, gates and all
   */
  public record Seen(
      UUID principalId, String principal, UUID thingId, Container on, Set<Privilege> allowed) {
    public Seen {
      allowed = Set.copyOf(allowed);
    }

    /** The principal and the thing. */
    public String key() {
      return principalId + " " + thingId;
    }
  }

  /**
   * A picture.
   *
   * @param seen who may do anything with what
   * @param whole whether nobody and nothing was left out for their number
   */
  public record Picture(List<Seen> seen, boolean whole) {
    public Picture {
      seen = List.copyOf(seen);
    }
  }

  /** The picture of these things and all below them. */
  public Picture of(Collection<UUID> roots) {
    List<Place> places = repository.below(roots, MOST_THINGS + 1);
    List<Named> people = repository.principals("", MOST_PRINCIPALS + 1);
    Set<UUID> ids = new HashSet<>();
    places.forEach(place -> ids.addAll(chain(place)));
    Map<UUID, Holdings> holdings = repository.holdings(ids);
    Map<String, Seen> seen = new LinkedHashMap<>();
    int pairs = 0;
    for (Named person : people) {
      Set<UUID> standing = authorizer.standing(person.id());
      for (Place place : places) {
        if (++pairs > MOST_PAIRS) {
          return new Picture(List.copyOf(seen.values()), false);
        }
        Seen one = seen(person, place, standing, holdings);
        if (!one.allowed().isEmpty()) {
          seen.put(one.key(), one);
        }
      }
    }
    return new Picture(
        List.copyOf(seen.values()),
        places.size() <= MOST_THINGS && people.size() <= MOST_PRINCIPALS);
  }

  /**
   * The things on which a group, or a group that it is in, was granted something or that it owns.
   */
  public Set<UUID> reach(UUID group) {
    return repository.held(repository.groupStanding(group));
  }

  private static List<UUID> chain(Place place) {
    return Stream.concat(Stream.of(place.id()), place.ancestors().stream()).toList();
  }

  private static Seen seen(
      Named person, Place place, Set<UUID> standing, Map<UUID, Holdings> holdings) {
    List<Holdings> levels =
        chain(place).stream().filter(holdings::containsKey).map(holdings::get).toList();
    Container on = levels.getFirst().on();
    Rights rights = Rights.NONE;
    if (standing.contains(BuiltInGroups.ADMINS_ID)) {
      rights = Rights.all();
    } else if (!standing.isEmpty()) {
      rights = Rights.of(levels.stream().map(level -> level(level, standing)).toList());
    }
    Rights found = rights;
    EnumSet<Privilege> allowed = EnumSet.noneOf(Privilege.class);
    Arrays.stream(Privilege.values())
        .filter(privilege -> means(privilege, on.type()) && found.allows(privilege))
        .forEach(allowed::add);
    return new Seen(person.id(), person.name(), place.id(), on, allowed);
  }

  private static boolean means(Privilege privilege, SecurableType type) {
    return privilege != Privilege.ALL_PRIVILEGES && privilege.appliesTo(type);
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
}
