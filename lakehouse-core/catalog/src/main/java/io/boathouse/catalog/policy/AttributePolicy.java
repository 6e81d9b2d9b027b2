package io.boathouse.catalog.policy;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A row filter or column mask that holds for all tables below a catalog or schema, or for one
 * table, where tags say so, such as "columns tagged pii are masked for everyone but auditors".
 *
 * @param on where it is set
 * @param matches which columns its function gets
 */
public record AttributePolicy(
    UUID id,
    String name,
    Place on,
    Optional<String> comment,
    Effect effect,
    List<Match> matches,
    Optional<String> when,
    Audience audience,
    Instant createdAt,
    String createdBy,
    Instant updatedAt,
    String updatedBy) {
  public AttributePolicy {
    matches = List.copyOf(matches);
  }

  /** A catalog, schema or table. */
  public record Place(UUID id, SecurableType type, FullName name) {}

  /** What it does. */
  public enum Kind {
    ROW_FILTER,
    COLUMN_MASK
  }

  /**
   * The function that shows rows or columns.
   *
   * @param onColumn the alias of the columns that are masked; empty for a row filter
   * @param using aliases of the function's other parameters, each of which must be one column
   */
  public record Effect(
      Kind kind,
      UUID functionId,
      FullName function,
      Optional<String> onColumn,
      List<String> using) {
    public Effect {
      using = List.copyOf(using);
    }
  }

  /** Columns whose tags meet a condition, under a name. */
  public record Match(String alias, String condition) {}

  /** For whom it holds: who is among the first and not among the others, groups included. */
  public record Audience(List<Member> to, List<Member> except) {
    public Audience {
      to = List.copyOf(to);
      except = List.copyOf(except);
    }
  }

  /** A principal or group. */
  public record Member(UUID id, String name) {}
}
