package io.boathouse.catalog.access;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.AttributePolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody wants the rights to be. What is named here is all there shall be: a privilege that
 * is not listed for a thing whose grants are listed is taken away. What is not named stays as it
 * is.
 *
 * @param groups their direct members by the groups' names
 */
public record AccessFile(Map<String, Set<String>> groups, List<Thing> things) {
  public AccessFile {
    groups = Map.copyOf(groups);
    things = List.copyOf(things);
  }

  /**
   * One securable; each part may be left out.
   *
   * @param grants what is granted on it, by principal
   * @param tags its own, by key
   * @param columnTags those of its columns, by column and key
   * @param policies attribute policies set on it, by name
   * @param table what is set on a table alone
   */
  public record Thing(
      SecurableType type,
      FullName name,
      Optional<Map<String, Set<Privilege>>> grants,
      Optional<Map<String, String>> tags,
      Map<String, Map<String, String>> columnTags,
      Optional<Map<String, AttributePolicyService.Wanted>> policies,
      TablePart table) {
    public Thing {
      columnTags = Map.copyOf(columnTags);
    }
  }

  /**
   * The policies of one table.
   *
   * @param filtered whether the file speaks of the row filter
   * @param filter the row filter; empty for none
   * @param masks by column; empty if the file does not speak of masks
   */
  public record TablePart(
      boolean filtered, Optional<Call> filter, Optional<Map<String, Call>> masks) {
    /** Says nothing. */
    static final TablePart SILENT = new TablePart(false, Optional.empty(), Optional.empty());
  }

  /**
   * A function and what it gets.
   *
   * @param columns for a mask those after the masked one
   */
  public record Call(FullName function, List<String> columns) {
    public Call {
      columns = List.copyOf(columns);
    }
  }
}
