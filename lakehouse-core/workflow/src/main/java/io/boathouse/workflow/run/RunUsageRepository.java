package io.boathouse.workflow.run;

import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is asked of workflow_run about hours that are over. */
final class RunUsageRepository {
  private static final String NEXT_HOUR =
      """
      SELECT floor(extract(epoch FROM min(ended_at)) / 3600)::bigint
      FROM workflow_run WHERE ended_at >= :from AND ended_at < :before
      """;
  private static final String USED =
      """
      SELECT submitted_by, max(submitter) AS submitter, kind, count(*) AS runs,
        coalesce(sum(extract(epoch FROM ended_at - started_at) * 1000), 0)::bigint AS milliseconds
      FROM workflow_run WHERE ended_at >= :from AND ended_at < :until
      GROUP BY submitted_by, kind ORDER BY submitted_by, kind
      """;

  private final Database database;

  RunUsageRepository(Database database) {
    this.database = database;
  }

  /** What somebody's runs of one kind used. */
  record Used(UUID principalId, String principal, String kind, long runs, long milliseconds) {}

  Optional<Long> nextHour(Instant from, Instant before) {
    return database.read(
        handle ->
            Optional.ofNullable(
                handle
                    .createQuery(NEXT_HOUR)
                    .bind("from", from.atOffset(ZoneOffset.UTC))
                    .bind("before", before.atOffset(ZoneOffset.UTC))
                    .map((row, context) -> row.getObject(1, Long.class))
                    .one()));
  }

  List<Used> used(Instant from, Instant until) {
    return database.read(
        handle ->
            handle
                .createQuery(USED)
                .bind("from", from.atOffset(ZoneOffset.UTC))
                .bind("until", until.atOffset(ZoneOffset.UTC))
                .map(
                    (row, context) ->
                        new Used(
                            row.getObject("submitted_by", UUID.class),
                            row.getString("submitter"),
                            row.getString("kind"),
                            row.getLong("runs"),
                            row.getLong("milliseconds")))
                .list());
  }
}
