package io.boathouse.catalog.grant;

import io.boathouse.catalog.grant.PrivilegeAssignment.Container;
import io.boathouse.catalog.securable.FullName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a principal may do something, and why.
 *
 * @param principal whose rights these are
 * @param active whether it exists and is not disabled
 * @param on what it would be done to
 * @param reasons for each privilege that is needed and held, everything that gives it
 * @param missing the privileges that are needed and not held, the outermost container first; empty
 *     if allowed
 * @param limits what of a table is shown to the principal through functions, if it may read it
 */
public record Explanation(
    String principal,
    boolean active,
    Privilege privilege,
    Container on,
    boolean allowed,
    List<Reason> reasons,
    List<Missing> missing,
    List<Limit> limits) {
  public Explanation {
    reasons = List.copyOf(reasons);
    missing = List.copyOf(missing);
    limits = List.copyOf(limits);
  }

  /** What a policy leaves of a table. @param column that is masked; empty for the rows */
  public record Limit(Optional<String> column, FullName function, List<String> arguments) {
    public Limit {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String toString() {
      String call = "%s(%s)".formatted(function, String.join(", ", arguments));
      return column
          .map(name -> "The column '%s' is shown as %s.".formatted(name, call))
          .orElse("Only rows are shown for which %s is true.".formatted(call));
    }
  }

  /** What can give a privilege. */
  public enum Source {
    /** Membership in {@link BuiltInGroups#ADMINS}. */
    ADMINISTRATOR,
    OWNER,
    GRANT
  }

  /**
   * One thing that gives a privilege; taking it away leaves the others.
   *
   * @param needed the privilege that is needed
   * @param granted the privilege that was granted, which is or implies the one needed; empty unless
   *     the source is a grant
   * @param on where it was granted or is owned
   * @param through from the principal over the groups to the one that holds it
   */
  public record Reason(
      Privilege needed,
      Source source,
      Optional<Privilege> granted,
      Container on,
      List<String> through) {
    public Reason {
      through = List.copyOf(through);
    }

    @Override
    public String toString() {
      String holder = through.getLast();
      String what =
          switch (source) {
            case ADMINISTRATOR -> "members of '%s' may do everything".formatted(holder);
            case OWNER -> "'%s' owns %s".formatted(holder, label(on));
            case GRANT ->
                "%s on %s is granted to '%s'".formatted(granted.orElse(needed), label(on), holder);
          };
      return through.size() == 1
          ? what
          : what + through.stream().collect(Collectors.joining("' in '", " ('", "')"));
    }
  }

  /** A privilege that is needed and not held. @param on what it would have to be granted on */
  public record Missing(Privilege privilege, Container on) {
    @Override
    public String toString() {
      return "%s on %s".formatted(privilege, label(on));
    }
  }

  Explanation with(List<Limit> found) {
    return new Explanation(principal, active, privilege, on, allowed, reasons, missing, found);
  }

  /** The answer in a sentence for each step. */
  public List<String> sentences() {
    if (!active) {
      return List.of("'%s' is disabled and may do nothing.".formatted(principal));
    }
    String verdict =
        "'%s' %s %s on %s."
            .formatted(principal, allowed ? "has" : "does not have", privilege, label(on));
    List<String> held =
        reasons.stream().map(reason -> "%s: %s.".formatted(reason.needed(), reason)).toList();
    List<String> absent =
        missing.stream()
            .map(
                gap ->
                    "Missing: %s. Its owner or an administrator can grant it to '%s' or to a group of it."
                        .formatted(gap, principal))
            .toList();
    return Stream.of(List.of(verdict), held, absent, limits.stream().map(Limit::toString).toList())
        .flatMap(List::stream)
        .toList();
  }

  private static String label(Container container) {
    return GrantErrors.label(container.type(), container.name());
  }
}
