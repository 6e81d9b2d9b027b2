package io.boathouse.catalog.relation;

import io.boathouse.catalog.securable.CatalogStamp;
import io.boathouse.catalog.securable.Remembered;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Views as statements read them: their queries, and whose rights those have. Asks for no right.
 * Thread-safe; every method blocks on the metadata database.
 */
public final class ViewQueries {
  private static final int MOST = 50_000;

  private final ViewRepository repository;
  private final Function<UUID, Caller> callers;
  private final Remembered<UUID, Optional<ViewRepository.Row>> rows;

  /**
   * @param callers tells whose rights a principal has now; NOT_FOUND if it is gone or disabled
   */
  public ViewQueries(Database database, CatalogStamp stamp, Function<UUID, Caller> callers) {
    this.repository = new ViewRepository(database);
    this.callers = callers;
    this.rows = new Remembered<>(stamp, MOST);
  }

  /** The query of a securable; empty if it is no view. */
  public Optional<ViewText> find(UUID id) {
    return known(id).map(ViewRepository.Row::text);
  }

  /** The query as the engine is to run it. */
  public ViewText text(Relation view) {
    return row(view).text();
  }

  /**
   * With whose rights the query of a view reads: its owner's, as long as that is who wrote it.
   * Otherwise whoever may give a view away would write queries that read with somebody else's
   * rights.
   *
   * @throws LakeException FAILED_PRECONDITION if the owner is another, gone or disabled
   */
  public Caller owner(Relation view) {
    Securable securable = view.securable();
    return active(row(view).definer())
        .filter(definer -> definer.principal().equals(securable.owner()))
        .orElseThrow(() -> RelationErrors.viewNotByOwner(securable.name(), securable.owner()));
  }

  private ViewRepository.Row row(Relation view) {
    return known(view.securable().id())
        .orElseThrow(() -> SecurableErrors.notFound(SecurableType.TABLE, view.securable().name()));
  }

  /** That a securable is no view is known too, for it never becomes one. */
  private Optional<ViewRepository.Row> known(UUID id) {
    return rows.find(id, key -> Optional.of(repository.find(key))).orElseThrow();
  }

  private Optional<Caller> active(UUID principal) {
    try {
      return Optional.of(callers.apply(principal));
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
