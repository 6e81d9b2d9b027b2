package io.boathouse.sql.statement;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableViews.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows what somebody else would get of a table: their rows, through their masks. Whoever asks may
 * take the table's policies away, and so learns nothing new. Thread-safe; blocks on the query.
 */
public final class PreviewService {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Authorizer authorizer;
  private final PolicyService policies;
  private final AuditLog audit;
  private final QueryChecker checker;
  private final QueryEngine engine;
  private final BiFunction<Caller, String, Caller> principals;

  /**
   * What decides, and what runs the query.
   *
   * @param principals tells whose rights a principal has now, by its name; NOT_FOUND if it is gone
   *     or disabled
   */
  public record Needs(
      Authorizer authorizer,
      PolicyService policies,
      AuditLog audit,
      QueryChecker checker,
      QueryEngine engine,
      BiFunction<Caller, String, Caller> principals) {}

  public PreviewService(Needs needs) {
    this.authorizer = needs.authorizer();
    this.policies = needs.policies();
    this.audit = needs.audit();
    this.checker = needs.checker();
    this.engine = needs.engine();
    this.principals = needs.principals();
  }

  /**
   * What a principal gets.
   *
   * @param allowed whether they may read the table at all; nothing is shown if not
   * @param rows values as the statement API tells them
   */
  public record Preview(
      String principal,
      boolean allowed,
      List<ResultColumn> columns,
      List<List<@Nullable String>> rows) {}

  /**
   * The first rows of a table as a principal sees them. Needs MANAGE on the table, and on whatever
   * above it has a policy for it. It is in the audit under who asked, and nowhere under whom it was
   * asked of.
   *
   * @param rows how many at most
   */
  public Preview preview(Caller caller, FullName table, String principal, int rows) {
    Securable securable = authorizer.require(caller, Privilege.MANAGE, SecurableType.TABLE, table);
    policies.requireManageAbove(caller, securable);
    Caller other = principals.apply(caller, principal);
    audit.changed(caller, "PREVIEW_AS", securable, Map.of("principal", other.principal()));
    if (!authorizer.allows(other, Privilege.SELECT, securable)) {
      return new Preview(other.principal(), false, List.of(), List.of());
    }
    CheckedQuery query =
        checker.check(
            other,
            QueryText.of(
                "SELECT * FROM %s LIMIT %d"
                    .formatted(
                        securable.name().parts().stream()
                            .map(SqlText::identifier)
                            .collect(Collectors.joining(".")),
                        rows)));
    Rows sink = new Rows();
    List<Input> unused =
        engine.run(
            other, query, new QueryEngine.Run(new RunLimits(LONGEST), new Cancellation()), sink);
    return new Preview(other.principal(), true, sink.columns, sink.rows);
  }

  private static final class Rows implements RowSink {
    private final List<ResultColumn> columns = new ArrayList<>();
    private final List<List<@Nullable String>> rows = new ArrayList<>();

    @Override
    public void columns(List<ResultColumn> found) {
      columns.addAll(found);
    }

    @Override
    public boolean row(List<@Nullable Object> values) {
      List<@Nullable String> row = new ArrayList<>();
      values.forEach(value -> row.add(ValueText.of(value)));
      return rows.add(row);
    }
  }
}
