package io.boathouse.sql.statement;

import io.boathouse.platform.db.Database;
import io.boathouse.table.append.UsageSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What statements used of warehouses: how many, engine time, rows and bytes. */
final class StatementUsage implements UsageSource {
  private final HistoryFeedRepository repository;

  StatementUsage(Database database) {
    this.repository = new HistoryFeedRepository(database);
  }

  @Override
  public String product() {
    return "SQL";
  }

  @Override
  public Optional<Long> nextHour(Instant from, Instant before) {
    return repository.nextHour(from, before);
  }

  @Override
  public List<Used> used(Instant from, Instant until) {
    return repository.used(from, until).stream()
        .flatMap(
            used ->
                Stream.of(
                    of(used, "STATEMENTS", used.statements()),
                    of(used, "ENGINE_MILLISECONDS", used.milliseconds()),
                    of(used, "ROWS", used.rows()),
                    of(used, "BYTES", used.bytes())))
        .toList();
  }

  private static Used of(HistoryFeedRepository.Used used, String unit, long quantity) {
    return new Used(
        used.principalId(),
        used.principal(),
        unit,
        quantity,
        Map.of("warehouse_id", used.warehouse()));
  }
}
