package io.boathouse.sql.statement;

import io.boathouse.catalog.identity.Installation;
import io.boathouse.platform.db.Database;
import io.boathouse.table.append.Feed;
import io.boathouse.table.append.UsageFeed;
import java.time.InstantSource;
import java.util.List;

/** What statements have for the tables of the system catalog. */
public final class SystemFeeds {
  private SystemFeeds() {}

  /** The history of statements, and what they used. */
  public static List<Feed> of(Database database, Installation installation, InstantSource clock) {
    return List.of(
        new QueryHistoryFeed(database, installation),
        new UsageFeed(new StatementUsage(database), installation, clock));
  }
}
