package io.boathouse.agents.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.auth.FixedTokens;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one call may use. */
class ToolServiceTest {
  private static final Caller ANN =
      new FixedTokens().authenticate(new Credentials.Bearer("ann-token"));

  private static TestDatabase database;

  @BeforeAll
  static void start() {
    database = TestDatabase.create("platform", "catalog");
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  private static LakeException failure(Tool tool, ToolLimits limits) {
    var service =
        new ToolService(
            List.of(ToolSource.of(List.of(tool))),
            new AuditLog(database.database(), InstantSource.system()),
            task -> Thread.ofVirtual().start(task),
            limits);
    return catchThrowableOfType(
        LakeException.class,
        () -> service.call(ANN, "one", Json.mapper().createObjectNode(), ToolProgress.NONE));
  }

  /** Held by the deadline in ToolService.withinLimits. */
  @Test
  @Timeout(20)
  void case56_aToolThatWorksTooLongIsInterruptedAndGivenUp() throws InterruptedException {
    var interrupted = new CountDownLatch(1);
    LakeException failure =
        failure(
            new One() {
              @Override
              public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                }
                return ToolResult.of(arguments);
              }
            },
            new ToolLimits(Duration.ofMillis(50), 1000));
    assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aResultThatIsTooLargeIsRefused() {
    LakeException failure =
        failure(
            new One() {
              @Override
              public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
                return ToolResult.of(arguments.put("text", "x".repeat(1000)));
              }
            },
            new ToolLimits(Duration.ofSeconds(10), 1000));
    assertThat(failure.code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(failure.message()).contains("'one'", "1011 bytes", "1000");
  }

  private abstract static class One implements Tool {
    @Override
    public ToolSpec spec() {
      return new ToolSpec("one", "One", "A tool.", Schemas.object(), true);
    }
  }
}
