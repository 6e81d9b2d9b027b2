package io.boathouse.serving.endpoint;

import com.sun.management.OperatingSystemMXBean;
import io.boathouse.serving.inference.EndpointMeters;
import io.boathouse.serving.inference.ServingMeters;
import io.boathouse.serving.scale.MemoryBudget;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * An endpoint's meters in Prometheus' text exposition format 0.0.4. The names are those that the
 * service's clients know; ours begin with {@code boathouse_}. Processor and memory are of the
 * server's process, which all endpoints share, and are left out where the machine does not tell.
 */
final class EndpointMetricsText {
  private final StringBuilder text = new StringBuilder();
  private final String labels;

  private EndpointMetricsText(String endpoint) {
    // The name of an endpoint has letters, digits, '_' and '-', and needs no escaping.
    this.labels = "endpoint_name=\"" + endpoint + "\"";
  }

  static String of(
      String endpoint, EndpointMeters meters, int slots, List<MemoryBudget.Use> models) {
    EndpointMetricsText text = new EndpointMetricsText(endpoint);
    long failed = meters.clientErrors() + meters.serverErrors();
    text.counter(
        "request_count_total", "Requests, whatever came of them", meters.answered() + failed);
    text.counter("request_4xx_count_total", "Requests that were refused", meters.clientErrors());
    text.counter(
        "request_5xx_count_total", "Requests that could not be answered", meters.serverErrors());
    text.head("request_latency_ms", "histogram", "From a request's arrival to its reply");
    text.histogram("request_latency_ms", text.labels, meters.requests());
    text.head("boathouse_phase_latency_ms", "histogram", "What the time of predictions goes to");
    for (ServingMeters.Phase phase : ServingMeters.Phase.values()) {
      String named = text.labels + ",phase=\"" + phase.name().toLowerCase(Locale.ROOT) + "\"";
      text.histogram("boathouse_phase_latency_ms", named, meters.phase(phase));
    }
    text.known(endpoint, meters, failed);
    text.head("boathouse_cold_start_latency_ms", "histogram", "Loading models for requests");
    text.histogram("boathouse_cold_start_latency_ms", text.labels, meters.coldStarts());
    text.head("boathouse_model_memory_bytes", "gauge", "Memory that a loaded model counts with");
    for (MemoryBudget.Use model : models) {
      text.sample(
          "boathouse_model_memory_bytes",
          "%s,config_version=\"%d\",served_entity=\"%s\""
              .formatted(text.labels, model.configVersion(), escaped(model.entity())),
          (double) model.bytes());
    }
    text.gauge("provisioned_concurrent_requests_total", "Requests taken at once", slots);
    text.process();
    return text.text.toString();
  }

  /** What those call it who know Triton and KServe. */
  private void known(String endpoint, EndpointMeters meters, long failed) {
    String model = "model=\"" + endpoint + "\"";
    total(
        "nv_inference_request_success",
        "Requests that were answered",
        model,
        (double) meters.answered());
    total("nv_inference_request_failure", "Requests that were not", model, (double) failed);
    micros("nv_inference_request_duration_us", model, meters.requests());
    micros("nv_inference_queue_duration_us", model, meters.phase(ServingMeters.Phase.QUEUE));
    micros(
        "nv_inference_compute_input_duration_us", model, meters.phase(ServingMeters.Phase.LOOKUP));
    micros(
        "nv_inference_compute_infer_duration_us", model, meters.phase(ServingMeters.Phase.SCORE));
    String named = "model_name=\"" + endpoint + "\"";
    seconds("request_preprocess_seconds", named, meters.phase(ServingMeters.Phase.LOOKUP));
    seconds("request_predict_seconds", named, meters.phase(ServingMeters.Phase.SCORE));
    seconds("request_postprocess_seconds", named, meters.phase(ServingMeters.Phase.LOG));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private void total(String name, String help, String named, double value) {
    head(name, "counter", help);
    sample(name, named, value);
  }

  private void micros(String name, String named, HistogramSnapshot snapshot) {
    total(name, "Microseconds of all requests", named, snapshot.total(TimeUnit.MICROSECONDS));
  }

  private void seconds(String name, String named, HistogramSnapshot snapshot) {
    head(name, "histogram", "Seconds of a request");
    for (CountAtBucket bucket : snapshot.histogramCounts()) {
      double limit = bucket.bucket(TimeUnit.SECONDS);
      if (!Double.isInfinite(limit)) {
        sample(name + "_bucket", named + ",le=\"" + limit + "\"", bucket.count());
      }
    }
    sample(name + "_bucket", named + ",le=\"+Inf\"", (double) snapshot.count());
    sample(name + "_sum", named, snapshot.total(TimeUnit.SECONDS));
    sample(name + "_count", named, (double) snapshot.count());
  }

  private void process() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      double load = system.getProcessCpuLoad();
      if (load >= 0) {
        gauge("cpu_usage_percentage", "Of all processors, by the server's process", 100 * load);
      }
    }
    Runtime runtime = Runtime.getRuntime();
    gauge(
        "mem_usage_percentage",
        "Of the Java heap that the server's process may have",
        100.0 * (runtime.totalMemory() - runtime.freeMemory()) / runtime.maxMemory());
  }

  private void head(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void counter(String name, String help, long value) {
    head(name, "counter", help);
    sample(name, labels, (double) value);
  }

  private void gauge(String name, String help, double value) {
    head(name, "gauge", help);
    sample(name, labels, value);
  }

  private void histogram(String name, String named, HistogramSnapshot snapshot) {
    for (CountAtBucket bucket : snapshot.histogramCounts()) {
      double limit = bucket.bucket(TimeUnit.MILLISECONDS);
      if (!Double.isInfinite(limit)) {
        sample(name + "_bucket", named + ",le=\"" + limit + "\"", bucket.count());
      }
    }
    sample(name + "_bucket", named + ",le=\"+Inf\"", (double) snapshot.count());
    sample(name + "_sum", named, snapshot.total(TimeUnit.MILLISECONDS));
    sample(name + "_count", named, (double) snapshot.count());
  }

  private void sample(String name, String named, double value) {
    text.append(name).append('{').append(named).append("} ").append(value).append('\n');
  }
}
