package io.boathouse.training.run;

import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.Limits;
import io.boathouse.training.experiment.TrainingErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points, parameters and tags that are logged together. Values of parameters and tags that are too
 * long are cut, as MLflow servers do; too many items or a bad key refuse the batch.
 */
public record LogBatch(List<Metric> metrics, List<KeyValue> params, List<KeyValue> tags) {
  private static final int MAX_METRICS = 1000;
  private static final int MAX_PARAMS = 100;
  private static final int MAX_TAGS = 100;
  private static final int MAX_ITEMS = 1000;

  public LogBatch {
    atMost("metrics", MAX_METRICS, metrics.size());
    atMost("params", MAX_PARAMS, params.size());
    atMost("tags", MAX_TAGS, tags.size());
    atMost("metrics, params, and tags", MAX_ITEMS, metrics.size() + params.size() + tags.size());
    metrics = List.copyOf(metrics);
    metrics.forEach(metric -> Limits.key("metric.key", metric.key()));
    params = params.stream().map(param -> checked("param.key", param, Limits.PARAM_VALUE)).toList();
    tags = tags.stream().map(tag -> checked("tag.key", tag, Limits.TAG_VALUE)).toList();
  }

  static LogBatch ofMetric(Metric metric) {
    return new LogBatch(List.of(metric), List.of(), List.of());
  }

  static LogBatch ofParam(KeyValue param) {
    return new LogBatch(List.of(), List.of(param), List.of());
  }

  static LogBatch ofTag(KeyValue tag) {
    return new LogBatch(List.of(), List.of(), List.of(tag));
  }

  /**
   * The parameters by key.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if a key has two values
   */
  Map<String, String> paramsByKey(String runId) {
    Map<String, String> byKey = new LinkedHashMap<>();
    for (KeyValue param : params) {
      String other = byKey.putIfAbsent(param.key(), param.value());
      if (other != null && !other.equals(param.value())) {
        throw TrainingErrors.paramChanged(runId, param.key(), other, param.value());
      }
    }
    return byKey;
  }

  /** The tags by key; the last of several values counts. */
  Map<String, String> tagsByKey() {
    Map<String, String> byKey = new LinkedHashMap<>();
    tags.forEach(tag -> byKey.put(tag.key(), tag.value()));
    return byKey;
  }

  private static KeyValue checked(String field, KeyValue entry, int limit) {
    return new KeyValue(Limits.key(field, entry.key()), Limits.truncated(entry.value(), limit));
  }

  private static void atMost(String what, int limit, int count) {
    if (count > limit) {
      throw TrainingErrors.tooMany(what, limit, count);
    }
  }
}
