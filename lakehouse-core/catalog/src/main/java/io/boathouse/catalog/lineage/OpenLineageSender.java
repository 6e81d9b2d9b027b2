package io.boathouse.catalog.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.secret.Secret;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends recorded lineage on as OpenLineage events, in order, one at a time. When the queue is full,
 * or an event was tried as often as it may be, it is dropped and counted; what waits when the
 * server stops is tried once more and then lost.
 */
public final class OpenLineageSender implements LineageSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenLineageSender.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration TO_END = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 200;

  private final OpenLineageConfig config;
  private final URI target;
  private final OpenLineageWriter writer;
  private final MeterRegistry meters;
  private final BlockingQueue<ObjectNode> queue;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final HttpClient client;
  private final Thread thread;

  private OpenLineageSender(OpenLineageConfig config, URI target, MeterRegistry meters) {
    this.config = config;
    this.target = target;
    this.meters = meters;
    this.writer = new OpenLineageWriter(config.namespace());
    this.queue = new ArrayBlockingQueue<>(config.queue());
    this.client = HttpClient.newBuilder().connectTimeout(config.timeout()).build();
    this.thread = Thread.ofPlatform().daemon().name("openlineage").start(this::run);
  }

  /** A sender to where the settings say; empty if they name no place. */
  public static Optional<OpenLineageSender> of(OpenLineageConfig config, MeterRegistry meters) {
    return config.target().map(target -> new OpenLineageSender(config, target, meters));
  }

  @Override
  public void recorded(Instant at, LineageFact fact) {
    writer
        .event(at, fact)
        .ifPresent(
            event -> {
              if (!queue.offer(event)) {
                count("dropped");
              }
            });
  }

  private void run() {
    try {
      while (closing.getCount() > 0 || !queue.isEmpty()) {
        ObjectNode event = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (event != null) {
          send(event);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(ObjectNode event) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int i = 0; i < config.attempts(); i++) {
      if (accepted(event)) {
        count("sent");
        return;
      }
      count("failed");
      boolean ending = closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      if (ending) {
        break;
      }
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
    count("dropped");
    LOG.warn("An OpenLineage event could not be sent to {}", target.getHost());
  }

  private boolean accepted(ObjectNode event) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(config.timeout())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.write(event)));
    config
        .apiKey()
        .map(Secret::reveal)
        .ifPresent(key -> request.header("Authorization", "Bearer " + key));
    try {
      int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
      return status / 100 == 2;
    } catch (IOException e) {
      LOG.debug("The receiver of OpenLineage events does not answer", e);
      return false;
    }
  }

  private void count(String outcome) {
    Counter.builder("boathouse.openlineage.events")
        .description("OpenLineage events about our tables, by what became of an attempt to send")
        .tag("outcome", outcome)
        .register(meters)
        .increment();
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(TO_END)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
