package io.boathouse.catalog.tag;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.db.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds what a table and its columns are tagged with, without asking for any right: for policies.
 * Blocks on the metadata database; sees the transaction of the calling thread.
 */
public final class TagsInPlace {
  private final TagRepository repository;

  public TagsInPlace(Database database) {
    this.repository = new TagRepository(database);
  }

  /**
   * Tags by key.
   *
   * @param table those of the table itself, before those of its schema, before its catalog's
   * @param columns those of each column that has any
   */
  public record Found(Map<String, String> table, Map<String, Map<String, String>> columns) {}

  /** A column's tags go with it to its new name. */
  public void renamed(UUID table, String before, String after) {
    repository.move(table, before, after);
  }

  /** A column's tags end with it. */
  public void dropped(UUID table, String column) {
    repository.drop(table, column);
  }

  public Found of(Securable table) {
    List<UUID> chain = new ArrayList<>(List.of(table.id()));
    chain.addAll(table.ancestors());
    Map<String, String> own = new HashMap<>();
    Map<String, Map<String, String>> columns = new HashMap<>();
    for (UUID level : chain) {
      for (TagRepository.Placed placed : repository.all(level)) {
        if (placed.column().isEmpty()) {
          own.putIfAbsent(placed.tag().key(), placed.tag().value());
        } else if (level.equals(table.id())) {
          columns
              .computeIfAbsent(placed.column(), name -> new HashMap<>())
              .put(placed.tag().key(), placed.tag().value());
        }
      }
    }
    return new Found(own, columns);
  }
}
