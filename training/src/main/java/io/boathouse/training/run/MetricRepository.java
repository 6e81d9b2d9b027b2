package io.boathouse.training.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/**
 * The tables of metrics. Knows SQL and nothing else; the caller owns the transaction and holds the
 * lock of the run. Any number of points takes the same few statements.
 */
final class MetricRepository {
  /** One point of one run. */
  record RunMetric(String runId, Metric metric) {}

  /** Stores points; those that are there already stay as they are. */
  void insert(Handle handle, String runId, List<Metric> metrics) {
    bindPoints(
            handle,
            """
            INSERT INTO training_metric (run_id, key, "timestamp", step, value)
            SELECT :run, p.key, p."timestamp", p.step, p.value
            FROM unnest(:keys, :timestamps, :steps, :points) AS p (key, "timestamp", step, value)
            ON CONFLICT DO NOTHING
            """,
            metrics)
        .bind("run", runId)
        .execute();
  }

  /** Raises the latest points to those of the list that are greater. */
  void raiseLatest(Handle handle, String runId, List<Metric> metrics) {
    bindPoints(
            handle,
            """
            INSERT INTO training_latest_metric AS latest (run_id, key, "timestamp", step, value)
            SELECT DISTINCT ON (p.key) :run, p.key, p."timestamp", p.step, p.value
            FROM unnest(:keys, :timestamps, :steps, :points) AS p (key, "timestamp", step, value)
            ORDER BY p.key, p.step DESC, p."timestamp" DESC, p.value DESC
            ON CONFLICT (run_id, key) DO UPDATE
              SET "timestamp" = excluded."timestamp", step = excluded.step, value = excluded.value
              WHERE (excluded.step, excluded."timestamp", excluded.value)
                  > (latest.step, latest."timestamp", latest.value)
            """,
            metrics)
        .bind("run", runId)
        .execute();
  }

  /**
   * Stores points that measure logged models of the experiment.
   *
   * @return how many of the points belong to a model that exists
   */
  long insertOfModels(Handle handle, String runId, long experimentId, List<Metric> metrics) {
    return bindPoints(
            handle,
            """
            WITH points AS (
              SELECT p.* FROM unnest(:keys, :timestamps, :steps, :points, :models, :names, :digests)
                AS p (key, "timestamp", step, value, model_id, dataset_name, dataset_digest)
              JOIN training_logged_model m
                ON m.id = p.model_id AND m.experiment_id = :experiment
            ), stored AS (
              INSERT INTO training_logged_model_metric
                (model_id, key, "timestamp", step, value, run_id, dataset_name, dataset_digest)
              SELECT model_id, key, "timestamp", step, value, :run, dataset_name, dataset_digest
              FROM points
              ON CONFLICT DO NOTHING
            )
            SELECT count(*) FROM points
            """,
            metrics,
            handle::createQuery)
        .bind("run", runId)
        .bind("experiment", experimentId)
        .bindArray("models", String.class, list(metrics, m -> m.modelId().orElse("")))
        .bindArray("names", String.class, list(metrics, m -> m.datasetName().orElse("")))
        .bindArray("digests", String.class, list(metrics, m -> m.datasetDigest().orElse("")))
        .mapTo(Long.class)
        .one();
  }

  /** The history of a metric in the order in which it was measured. */
  List<Metric> history(Handle handle, String runId, String key, int limit, long offset) {
    return handle
        .createQuery(
            """
            SELECT key, value, "timestamp", step FROM training_metric
            WHERE run_id = :run AND key = :key
            ORDER BY "timestamp", step, value
            LIMIT :limit OFFSET :offset
            """)
        .bind("run", runId)
        .bind("key", key)
        .bind("limit", limit)
        .bind("offset", offset)
        .map((rows, context) -> point(rows))
        .list();
  }

  /** Histories of one metric in several runs, whole. */
  List<RunMetric> histories(Handle handle, List<String> runIds, String key, int limit) {
    return handle
        .registerArrayType(String.class, "text")
        .createQuery(
            """
            SELECT run_id, key, value, "timestamp", step FROM training_metric
            WHERE run_id = ANY(:runs) AND key = :key
            ORDER BY run_id, "timestamp", step, value
            LIMIT :limit
            """)
        .bindArray("runs", String.class, runIds)
        .bind("key", key)
        .bind("limit", limit)
        .map((rows, context) -> new RunMetric(rows.getString("run_id"), point(rows)))
        .list();
  }

  /**
   * Histories thinned to about {@code steps} evenly spread steps of the interval; the first and
   * last step of every run are kept.
   */
  List<RunMetric> sample(Handle handle, List<String> runIds, String key, StepInterval interval) {
    Query query =
        handle
            .registerArrayType(String.class, "text")
            .createQuery(
                """
                WITH points AS (
                  SELECT run_id, key, value, "timestamp", step,
                         min(step) OVER run AS first_step, max(step) OVER run AS last_step
                  FROM training_metric
                  WHERE run_id = ANY(:runs) AND key = :key AND step BETWEEN :from AND :to
                  WINDOW run AS (PARTITION BY run_id)
                ), steps AS (
                  SELECT step, row_number() OVER (ORDER BY step) - 1 AS number,
                         count(*) OVER () AS total
                  FROM (SELECT DISTINCT step FROM points) AS d
                )
                SELECT run_id, key, value, "timestamp", step
                FROM points JOIN steps USING (step)
                WHERE number % greatest(1, (total + :steps - 1) / :steps) = 0
                   OR step IN (first_step, last_step)
                ORDER BY run_id, step, "timestamp", value
                """);
    return query
        .bindArray("runs", String.class, runIds)
        .bind("key", key)
        .bind("from", interval.from())
        .bind("to", interval.to())
        .bind("steps", (long) interval.steps())
        .map((rows, context) -> new RunMetric(rows.getString("run_id"), point(rows)))
        .list();
  }

  /** Removes the points of runs that no longer exist. */
  void deleteOrphans(Handle handle) {
    handle.execute(
        """
        DELETE FROM training_metric m
        WHERE NOT EXISTS (SELECT 1 FROM training_run r WHERE r.id = m.run_id)
        """);
  }

  private static Metric point(ResultSet rows) throws SQLException {
    return Metric.of(
        rows.getString("key"),
        rows.getDouble("value"),
        rows.getLong("timestamp"),
        rows.getLong("step"));
  }

  private static Update bindPoints(Handle handle, String sql, List<Metric> metrics) {
    return bindPoints(handle, sql, metrics, handle::createUpdate);
  }

  private static <S extends org.jdbi.v3.core.statement.SqlStatement<S>> S bindPoints(
      Handle handle, String sql, List<Metric> metrics, Function<String, S> statement) {
    handle
        .registerArrayType(String.class, "text")
        .registerArrayType(Long.class, "bigint")
        .registerArrayType(Double.class, "float8");
    return statement
        .apply(sql)
        .bindArray("keys", String.class, list(metrics, Metric::key))
        .bindArray("timestamps", Long.class, list(metrics, Metric::timestamp))
        .bindArray("steps", Long.class, list(metrics, Metric::step))
        .bindArray("points", Double.class, list(metrics, Metric::value));
  }

  private static <T> List<T> list(List<Metric> metrics, Function<Metric, T> field) {
    return metrics.stream().map(field).toList();
  }

  /** Which steps to show. @param steps how many at most, about */
  record StepInterval(long from, long to, int steps) {
    static StepInterval of(Optional<Long> from, Optional<Long> to, int steps) {
      return new StepInterval(from.orElse(Long.MIN_VALUE), to.orElse(Long.MAX_VALUE), steps);
    }
  }
}
