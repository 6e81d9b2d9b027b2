package io.boathouse.serving.scale;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.ModelRuntime;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Failures of models that are not in memory. */
final class ScaleErrors {
  private static final int NAMED = 10;

  private ScaleErrors() {}

  /**
   * @param visible which of the others may be named to who asks
   */
  static LakeException noMemory(
      MemoryBudget.Use wanted, MemoryBudget.Usage usage, Predicate<MemoryBudget.Use> visible) {
    List<MemoryBudget.Use> named = usage.uses().stream().filter(visible).limit(NAMED).toList();
    StringBuilder holders = new StringBuilder();
    for (MemoryBudget.Use use : named) {
      holders
          .append("; ")
          .append(use.endpoint().name().name())
          .append('/')
          .append(use.entity())
          .append(" of configuration ")
          .append(use.configVersion())
          .append(": ")
          .append(use.bytes());
    }
    int others = usage.uses().size() - named.size();
    if (others > 0) {
      holders.append("; others: ").append(others);
    }
    return new LakeException(
        UNAVAILABLE,
        MemoryBudget.EXCEEDED,
        ("%s needs %d bytes of memory, and %d of the %d bytes for models are in use%s. Unload a"
                + " model, or raise serving.memory_bytes.")
            .formatted(wanted.model(), wanted.bytes(), usage.used(), usage.budget(), holders),
        Map.of(
            "model",
            wanted.model(),
            "needed",
            Long.toString(wanted.bytes()),
            "used",
            Long.toString(usage.used()),
            "budget",
            Long.toString(usage.budget()),
            "retry_after",
            "5"));
  }

  static LakeException tooManyWaiting(String model, int waiting) {
    return new LakeException(
        RATE_LIMITED,
        "COLD_START_BUSY",
        "%d requests wait for %s to be loaded, as many as may. Retry in a second."
            .formatted(waiting, model),
        Map.of("model", model, "retry_after", "1"));
  }

  /** It was unloaded between the choice of the model and its score. */
  static LakeException unloaded(String model) {
    return new LakeException(
        UNAVAILABLE,
        ModelRuntime.UNLOADED,
        model + " was unloaded meanwhile. Ask again.",
        Map.of("model", model, "retry_after", "1"));
  }

  static LakeException parked(String model) {
    return new LakeException(
        FAILED_PRECONDITION,
        "MODEL_NOT_LOADED",
        model + " was unloaded by who manages it. It answers when it is loaded again.",
        Map.of("model", model));
  }
}
