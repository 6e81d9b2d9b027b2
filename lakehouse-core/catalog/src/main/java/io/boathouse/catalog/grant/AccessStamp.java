package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.CatalogStamp;
import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number that moves whenever somebody's rights, groups or tokens, or what decisions are made
 * from, may have changed. What was computed under another number is forgotten; so a revoked right
 * is gone from every cache before the revoking call returns. The number in the database moves in
 * the same commit, by which an {@link AccessFeed} tells the stamps of other servers; one that has
 * heard nothing for too long vouches for nothing. Thread-safe.
 */
public final class AccessStamp implements CatalogStamp {
  private final AtomicLong current = new AtomicLong();
  private final Database database;
  private final AccessStampRepository repository;
  private final Runnable move;
  private final List<Runnable> elsewhere = new CopyOnWriteArrayList<>();
  private volatile Heard heard = Heard.UNFOLLOWED;

  /**
   * What the feed told last.
   *
   * @param at when it began to ask, of {@link System#nanoTime}
   * @param longestNanos how long it is believed; 0 for ever
   */
  private record Heard(long number, long at, long longestNanos) {
    static final Heard UNFOLLOWED = new Heard(0, 0, 0);
  }

  /** A stamp that no feed has told anything yet: of the only server on its database. */
  public AccessStamp(Database database) {
    this.database = database;
    this.repository = new AccessStampRepository(database);
    this.move = repository::move;
  }

  /** Read it before reading what is to be cached. */
  public long current() {
    return current.get();
  }

  @Override
  public OptionalLong forKeeping() {
    return cacheable() && isFresh() ? OptionalLong.of(current.get()) : OptionalLong.empty();
  }

  @Override
  public void changed() {
    database.beforeCommit(move);
    database.afterEnd(current::incrementAndGet);
  }

  /** Registers work for when rights or policies may have changed on another server. */
  public void onChangeElsewhere(Runnable work) {
    elsewhere.add(work);
  }

  /** Whether what is cached here can be vouched for. */
  public boolean isFresh() {
    Heard last = heard;
    return last.longestNanos() == 0 || System.nanoTime() - last.at() < last.longestNanos();
  }

  /**
   * Refuses while changes made on other servers may be unknown here.
   *
   * @throws io.boathouse.platform.error.LakeException UNAVAILABLE then
   */
  public void requireFresh() {
    if (!isFresh()) {
      throw GrantErrors.cutOff();
    }
  }

  AccessStampRepository repository() {
    return repository;
  }

  /** Takes what the feed was told; whatever is not known to be known already counts as news. */
  void heard(long number, long askedAt, Duration longest) {
    Heard before = heard;
    if (before.longestNanos() == 0 || before.number() != number) {
      current.incrementAndGet();
      elsewhere.forEach(Runnable::run);
    }
    heard = new Heard(number, askedAt, longest.toNanos());
  }

  /**
   * Whether this thread may use and fill caches: not while it has changes that others cannot see.
   */
  boolean cacheable() {
    return !database.inTransaction();
  }
}
