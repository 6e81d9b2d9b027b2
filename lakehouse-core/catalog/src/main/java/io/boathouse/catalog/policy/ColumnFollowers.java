package io.boathouse.catalog.policy;

import io.boathouse.catalog.relation.ColumnJournal;
import io.boathouse.catalog.tag.TagsInPlace;
import io.boathouse.platform.db.Database;
import java.util.UUID;

/**
 * Lets masks, filters and tags follow columns that are renamed, so that none loses protection. What
 * gets a dropped column as an argument stays, and closes the table until it is changed.
 */
public final class ColumnFollowers implements ColumnJournal {
  private final PolicyRepository policies;
  private final TagsInPlace tags;

  public ColumnFollowers(Database database) {
    this.policies = new PolicyRepository(database);
    this.tags = new TagsInPlace(database);
  }

  @Override
  public void renamed(UUID table, String before, String after) {
    tags.renamed(table, before, after);
    policies.renamed(table, before, after);
  }

  @Override
  public void dropped(UUID table, String column) {
    tags.dropped(table, column);
    boolean unused = policies.dropMask(table, column);
  }
}
