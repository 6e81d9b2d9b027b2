package io.boathouse.platform.config;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of reading the configuration. */
final class ConfigErrors {
  private ConfigErrors() {}

  /** All problems at once, numbered, so that one start shows everything to correct. */
  static LakeException invalid(List<String> problems) {
    StringBuilder message =
        new StringBuilder("The configuration has ")
            .append(problems.size() == 1 ? "a problem" : problems.size() + " problems")
            .append(". Correct it and start again.");
    for (int i = 0; i < problems.size(); i++) {
      message.append("\n  ").append(i + 1).append(". ").append(problems.get(i));
    }
    return new LakeException(INVALID_ARGUMENT, "INVALID_CONFIG", message.toString(), Map.of());
  }
}
