package io.boathouse.workflow.run;

import io.boathouse.platform.db.Database;
import io.boathouse.table.append.UsageSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What runs of the workflow used: how many of each kind, and how long they took. */
public final class RunUsage implements UsageSource {
  private final RunUsageRepository repository;

  public RunUsage(Database database) {
    this.repository = new RunUsageRepository(database);
  }

  @Override
  public String product() {
    return "JOBS";
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
                    of(used, "RUNS", used.runs()),
                    of(used, "RUN_MILLISECONDS", used.milliseconds())))
        .toList();
  }

  private static Used of(RunUsageRepository.Used used, String unit, long quantity) {
    return new Used(
        used.principalId(), used.principal(), unit, quantity, Map.of("job_id", used.kind()));
  }
}
