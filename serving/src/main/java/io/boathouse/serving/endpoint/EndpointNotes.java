package io.boathouse.serving.endpoint;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.db.Database;
import java.time.InstantSource;
import java.util.List;

/** What happened to endpoints, as it is kept. Thread-safe; blocks on the metadata database. */
public final class EndpointNotes {
  private final Database database;
  private final InstantSource clock;
  private final EndpointRepository repository = new EndpointRepository();
  private final EventRepository events = new EventRepository();

  public EndpointNotes(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Notes what happened, in the thread's transaction or one of its own. */
  void note(Securable securable, EndpointEvent event) {
    var unused =
        database.inTransaction(
            handle -> {
              boolean there = repository.lock(handle, securable.id()).isPresent();
              if (there) {
                events.add(handle, securable.id(), event);
              }
              return there;
            });
  }

  /** Notes what happens now. */
  void note(Securable securable, EndpointEvent.Type type, int configVersion, String message) {
    note(securable, EndpointEvent.of(clock.instant(), type, configVersion, message));
  }

  List<EndpointEvent> list(Securable securable) {
    return database.read(handle -> events.list(handle, securable.id()));
  }
}
