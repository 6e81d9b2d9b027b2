package io.boathouse.featurestore.publish;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.featurestore.publish.PublishTerms.Mode;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the tables that were published to be kept fresh, one after the other, each with the
 * rights of who published it. A table that fails is told about once and tried again.
 */
public final class ContinuousPublishing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContinuousPublishing.class);

  private final PublishService service;
  private final SecurableService securables;
  private final FeatureTableService tables;
  private final Function<UUID, Caller> callers;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /** Starts. @param callers who a principal is now, by its id */
  public ContinuousPublishing(
      PublishService service,
      SecurableService securables,
      FeatureTableService tables,
      Function<UUID, Caller> callers,
      Duration interval) {
    this.service = service;
    this.securables = securables;
    this.tables = tables;
    this.callers = callers;
    var unusedLive = service.live(); // how long rows count is known before the first lookup
    this.thread = Thread.ofVirtual().name("publishing").start(() -> run(interval));
  }

  private void run(Duration interval) {
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        round();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    try {
      for (Publication publication : service.live()) {
        if (publication.terms().mode() == Mode.CONTINUOUS && closed.getCount() > 0) {
          follow(publication);
        }
      }
    } catch (RuntimeException e) {
      log.warn("Publications could not be read", e);
    }
  }

  private void follow(Publication publication) {
    UUID owner = publication.owner().orElse(publication.id());
    try {
      Caller caller = callers.apply(owner);
      Securable table = securables.byId(caller, publication.id());
      service.keepFresh(caller, tables.get(caller, table.name()));
    } catch (LakeException e) {
      if (publication.problem().isEmpty()) {
        log.warn("Feature table {} does not follow: {}", publication.id(), e.message());
      }
      service.troubled(publication.id(), e.message());
    } catch (RuntimeException e) {
      log.warn("Feature table {} does not follow", publication.id(), e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      if (!thread.join(Duration.ofSeconds(10))) {
        log.warn("A feature table is still being published");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
