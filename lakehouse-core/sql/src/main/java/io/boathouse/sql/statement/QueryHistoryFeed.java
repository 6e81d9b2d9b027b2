package io.boathouse.sql.statement;

import io.boathouse.catalog.identity.Installation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.db.Database;
import io.boathouse.sql.statement.HistoryFeedRepository.Ended;
import io.boathouse.table.append.Feed;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ended statements as {@code system.query.history}, each once. Everybody sees their own,
 * administrators all; what a failure says of values is told to nobody there.
 */
final class QueryHistoryFeed implements Feed {
  private static final FullName TABLE = FullName.of("system", "query", "history");
  private static final int MOST = 2_000;
  private static final TableSchema SCHEMA =
      TableSchema.of(
          column("account_id", "string"),
          column("workspace_id", "string"),
          column("statement_id", "string"),
          column("executed_by", "string"),
          column("executed_by_user_id", "string"),
          column("execution_status", "string"),
          column("compute", "struct<type:string,warehouse_id:string>"),
          column("statement_text", "string"),
          column("statement_type", "string"),
          column("error_message", "string"),
          column("client_application", "string"),
          column("total_duration_ms", "bigint"),
          column("waiting_at_capacity_duration_ms", "bigint"),
          column("execution_duration_ms", "bigint"),
          column("start_time", "timestamp"),
          column("end_time", "timestamp"),
          column("update_time", "timestamp"),
          column("read_rows", "bigint"),
          column("produced_rows", "bigint"),
          column("read_bytes", "bigint"),
          column("read_files", "bigint"),
          column("pruned_files", "bigint"),
          column("result_bytes", "bigint"),
          column("executed_as", "string"),
          column("executed_as_user_id", "string"),
          column("from_result_cache", "boolean"));

  private final HistoryFeedRepository repository;
  private final Installation installation;

  QueryHistoryFeed(Database database, Installation installation) {
    this.repository = new HistoryFeedRepository(database);
    this.installation = installation;
  }

  @Override
  public FullName table() {
    return TABLE;
  }

  @Override
  public TableSchema schema() {
    return SCHEMA;
  }

  @Override
  public Optional<Visibility> visibility() {
    return Optional.of(
        new Visibility(List.of("executed_by_user_id"), "may_know(executed_by_user_id)"));
  }

  @Override
  public Optional<Batch> next(long after) {
    return repository
        .nextBatch(after, MOST)
        .map(
            number -> new Batch(number, repository.batch(number).stream().map(this::row).toList()));
  }

  private List<@Nullable Object> row(Ended ended) {
    long total = Duration.between(ended.startedAt(), ended.endedAt()).toMillis();
    return Arrays.asList(
        installation.accountId(),
        Long.toString(installation.workspaceId()),
        ended.id().toString(),
        ended.principal(),
        ended.principalId().toString(),
        ended.state().equals("SUCCEEDED") ? "FINISHED" : ended.state(),
        Map.of("type", "WAREHOUSE", "warehouse_id", ended.warehouse()),
        ended.text(),
        ended.kind(),
        ended.error().orElse(null),
        ended.client(),
        total,
        Math.max(0, total - ended.executionMillis()),
        ended.executionMillis(),
        ended.startedAt(),
        ended.endedAt(),
        ended.endedAt(),
        ended.counts().readRows() < 0 ? null : ended.counts().readRows(),
        ended.counts().produced(),
        ended.counts().readBytes(),
        ended.counts().readFiles(),
        ended.counts().pruned(),
        ended.counts().bytes(),
        ended.principal(),
        ended.principalId().toString(),
        ended.fromCache());
  }

  private static Column column(String name, String type) {
    return Column.of(name, DataType.parse(type));
  }
}
