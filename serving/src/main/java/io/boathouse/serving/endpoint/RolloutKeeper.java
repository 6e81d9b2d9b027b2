package io.boathouse.serving.endpoint;

import io.boathouse.serving.scale.Residency;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after rollouts in the background: canaries often, aliases and limits now and then. */
public final class RolloutKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RolloutKeeper.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final int ALIASES_EVERY = 8;

  private final RolloutRunner runner;
  private final AliasFollower aliases;
  private final Residency residency;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  public RolloutKeeper(RolloutRunner runner, AliasFollower aliases, Residency residency) {
    this.runner = runner;
    this.aliases = aliases;
    this.residency = residency;
    this.thread = Thread.ofPlatform().daemon().name("serving-rollouts").start(this::run);
  }

  private void run() {
    try {
      for (int turn = 1;
          !closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
          turn = (turn + 1) % ALIASES_EVERY) {
        look(turn == 0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(boolean alsoAliases) {
    try {
      runner.judge();
      residency.rest();
      if (alsoAliases) {
        runner.holdAll();
        aliases.follow();
      }
    } catch (RuntimeException e) {
      log.warn("Rollouts cannot be looked after now", e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(Duration.ofSeconds(10))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
