package io.boathouse.server.cli;

import io.boathouse.platform.backup.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a new administrator token when the file {@code token.request} appears in the data
 * directory. Only the directory's owner can make it appear: owning the data is the proof.
 */
final class TokenRequests implements AutoCloseable {
  static final String FILE = "token.request";

  private static final Logger log = LoggerFactory.getLogger(TokenRequests.class);
  private static final long PERIOD_MILLIS = 500;

  private final DataDirectory directory;
  private final Supplier<String> newToken;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("token-requests").daemon().factory());

  TokenRequests(DataDirectory directory, Supplier<String> newToken) {
    this.directory = directory;
    this.newToken = newToken;
  }

  void start() {
    var _ = timer.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      Path request = directory.root().resolve(FILE);
      if (Files.exists(request)) {
        directory.writeToken(newToken.get());
        Files.delete(request);
        log.info("Made a new administrator token for the owner of the data directory");
      }
    } catch (IOException | RuntimeException e) {
      log.error("A new administrator token could not be made", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
