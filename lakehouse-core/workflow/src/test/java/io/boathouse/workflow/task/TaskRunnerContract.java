package io.boathouse.workflow.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the workflow relies on in every task runner: cancel, repeat, crash. */
@Timeout(120)
public abstract class TaskRunnerContract {
  /** The runner under test. */
  protected abstract TaskRunner runner();

  /** Who submits. */
  protected abstract Caller caller();

  /** Somebody who may not do what the parameters ask for. */
  protected abstract Caller stranger();

  protected abstract JsonNode parameters();

  /** What is there after a run of the task, in a form that can be compared. */
  protected abstract String effect(JsonNode result) throws Exception;

  @Test
  void aRunDoneAgainHasTheEffectOfOne() throws Exception {
    Attempts attempts = new Attempts();
    String once = effect(runner().run(attempts.next(Integer.MAX_VALUE)));
    assertThat(effect(runner().run(attempts.next(Integer.MAX_VALUE)))).isEqualTo(once);
  }

  /** The process dies at each of the task's words to the workflow in turn. */
  @Test
  void aRunThatDiedAnywhereIsFinishedByTheNextAttempt() throws Exception {
    Attempts whole = new Attempts();
    Attempts.Attempt undisturbed = whole.next(Integer.MAX_VALUE);
    String wanted = effect(runner().run(undisturbed));
    for (int word = 0; word < Math.min(undisturbed.words, mostDeaths()); word++) {
      Attempts attempts = new Attempts();
      try {
        JsonNode unused = runner().run(attempts.next(word));
      } catch (Died e) {
        assertThat(e).isNotNull();
      }
      assertThat(effect(runner().run(attempts.next(Integer.MAX_VALUE))))
          .as("died at word %d", word)
          .isEqualTo(wanted);
    }
  }

  /** At how many words the process dies, for tasks whose every run takes long. */
  protected int mostDeaths() {
    return Integer.MAX_VALUE;
  }

  @Test
  void aRunThatIsToldToStopEndsSoonAndCanBeDoneAgain() throws Exception {
    Attempts attempts = new Attempts();
    AtomicBoolean stopped = new AtomicBoolean();
    Thread worker =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.currentThread().interrupt();
                    JsonNode unused = runner().run(attempts.next(Integer.MAX_VALUE));
                  } catch (Exception e) {
                    stopped.set(true);
                  }
                });
    assertThat(worker.join(Duration.ofSeconds(30))).isTrue();
    // A task that was done before it looked is as good as one that stopped.
    assertThat(effect(runner().run(attempts.next(Integer.MAX_VALUE))))
        .as("stopped: %s", stopped)
        .isNotEmpty();
  }

  @Test
  void theRightsAreThoseOfWhoSubmitted() {
    Attempts attempts = new Attempts(stranger());
    assertThatThrownBy(() -> runner().run(attempts.next(Integer.MAX_VALUE)))
        .isInstanceOfSatisfying(
            LakeException.class,
            e -> assertThat(e.code()).isIn(ErrorCode.NOT_FOUND, ErrorCode.PERMISSION_DENIED));
  }

  /** The death of the process: nothing in the task may survive it but what it kept. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** One run of the workflow and what it keeps from attempt to attempt. */
  private final class Attempts {
    private final UUID id = UUID.randomUUID();
    private final Caller by;
    private JsonNode checkpoint = Json.mapper().createObjectNode();
    private int count;

    Attempts() {
      this(caller());
    }

    Attempts(Caller by) {
      this.by = by;
    }

    /**
     * @param diesAt the count of words before which it lives
     */
    Attempt next(int diesAt) {
      return new Attempt(++count, diesAt);
    }

    final class Attempt implements TaskContext {
      private final int number;
      private final int diesAt;
      private int words;

      Attempt(int number, int diesAt) {
        this.number = number;
        this.diesAt = diesAt;
      }

      @Override
      public UUID runId() {
        return id;
      }

      @Override
      public Caller caller() {
        return by;
      }

      @Override
      public JsonNode parameters() {
        return TaskRunnerContract.this.parameters();
      }

      @Override
      public int attempt() {
        return number;
      }

      @Override
      public JsonNode lastCheckpoint() {
        return checkpoint;
      }

      @Override
      public synchronized void checkpoint(JsonNode value) {
        word();
        checkpoint = value;
      }

      @Override
      public synchronized void progress(String phase, long done, long total) {
        word();
      }

      private void word() {
        if (words++ >= diesAt) {
          throw new Died();
        }
      }
    }
  }
}
