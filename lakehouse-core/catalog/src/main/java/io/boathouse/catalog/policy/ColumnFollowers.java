package io.boathouse.catalog.policy;

import io.boathouse.catalog.lineage.LineageInPlace;
import io.boathouse.catalog.relation.ColumnJournal;
import io.boathouse.catalog.tag.TagsInPlace;
import io.boathouse.platform.db.Database;
import java.util.UUID;

/**
 * Lets masks, filters, tags and lineage follow columns that are renamed, so that none loses
 * protection. What gets a dropped column as an argument stays, and closes the table until it is
 * changed.
 */
public final class ColumnFollowers implements ColumnJournal {
  private final PolicyRepository policies;
  private final TagsInPlace tags;
  private final LineageInPlace lineage;

  public ColumnFollowers(Database database) {
    this.policies = new PolicyRepository(database);
    this.tags = new TagsInPlace(database);
    this.lineage = new LineageInPlace(database);
  }

  @Override
  public void renamed(UUID table, String before, String after) {
    tags.renamed(table, before, after);
    lineage.renamed(table, before, after);
    policies.renamed(table, before, after);
  }

  @Override
  public void dropped(UUID table, String column) {
    tags.dropped(table, column);
    lineage.dropped(table, column);
    boolean unused = policies.dropMask(table, column);
  }
}
