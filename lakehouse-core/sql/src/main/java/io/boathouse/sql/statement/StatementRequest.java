package io.boathouse.sql.statement;

import static io.boathouse.sql.warehouse.SessionSetting.QUERY_PROFILE;
import static io.boathouse.sql.warehouse.SessionSetting.STATEMENT_TIMEOUT;
import static io.boathouse.sql.warehouse.SessionSetting.USE_CACHED_RESULT;

import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryParameter;
import io.boathouse.sql.warehouse.Session;
import io.boathouse.sql.warehouse.Warehouse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A statement to be run.
 *
 * @param patience how long the call waits for its end
 * @param onTimeout what happens when it has not ended by then
 * @param rowLimit rows beyond are dropped and the result says so
 * @param byteLimit bytes beyond are dropped and the result says so
 * @param session which it belongs to, as it was when the statement came
 */
public record StatementRequest(
    String sql,
    String warehouseId,
    NameDefaults defaults,
    List<QueryParameter> parameters,
    OptionalLong rowLimit,
    OptionalLong byteLimit,
    Duration patience,
    OnTimeout onTimeout,
    ResultForm form,
    Optional<Session> session) {
  public StatementRequest {
    parameters = List.copyOf(parameters);
  }

  /** A statement of its own, whose rows are in the reply. */
  public StatementRequest(
      String sql,
      String warehouseId,
      NameDefaults defaults,
      List<QueryParameter> parameters,
      OptionalLong rowLimit,
      OptionalLong byteLimit,
      Duration patience,
      OnTimeout onTimeout) {
    this(
        sql,
        warehouseId,
        defaults,
        parameters,
        rowLimit,
        byteLimit,
        patience,
        onTimeout,
        ResultForm.STANDARD,
        Optional.empty());
  }

  /** Whether it is to be kept how the engine runs it. */
  boolean isProfiled() {
    return session.filter(open -> open.value(QUERY_PROFILE).equals("true")).isPresent();
  }

  /** Whether the result of an equal statement may answer it. */
  boolean mayBeRecalled() {
    return !isProfiled()
        && session.map(open -> open.value(USE_CACHED_RESULT).equals("true")).orElse(true);
  }

  /** How far it may go: as the session says, but no further than the warehouse allows. */
  RunLimits within(RunLimits most) {
    return session
        .map(open -> Duration.ofSeconds(Long.parseLong(open.value(STATEMENT_TIMEOUT))))
        .filter(timeout -> timeout.isPositive() && timeout.compareTo(most.deadline()) < 0)
        .map(RunLimits::new)
        .orElse(most);
  }

  /** What happens when the wait is over before the statement. */
  public enum OnTimeout {
    CONTINUE,
    CANCEL
  }

  /** A statement without parameters, waited for up to 50 seconds. */
  public static StatementRequest of(String sql) {
    return new StatementRequest(
        sql,
        Warehouse.DEFAULT_ID,
        NameDefaults.STANDARD,
        List.of(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Duration.ofSeconds(50),
        OnTimeout.CONTINUE);
  }
}
