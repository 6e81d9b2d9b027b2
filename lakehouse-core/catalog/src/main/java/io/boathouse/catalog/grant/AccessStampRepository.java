package io.boathouse.catalog.grant;

import io.boathouse.platform.db.Database;
import java.time.Duration;

/** The one row of catalog_access_stamp. */
final class AccessStampRepository {
  private static final String MOVE = "UPDATE catalog_access_stamp SET number = number + 1";
  private static final String READ = "SELECT number FROM catalog_access_stamp";

  private final Database database;

  AccessStampRepository(Database database) {
    this.database = database;
  }

  /** Joins the transaction of the calling thread. */
  void move() {
    database.useTransaction(
        handle -> {
          int unused = handle.createUpdate(MOVE).execute();
        });
  }

  /** The number that is committed; gives the database this long to answer. */
  long read(Duration patience) {
    return database.readWithin(
        patience, handle -> handle.createQuery(READ).mapTo(Long.class).one());
  }
}
