package io.boathouse.serving.endpoint;

import io.boathouse.serving.inference.Outcomes;
import java.time.Duration;
import java.util.Locale;

/** Compares a new configuration with the one that it is to follow, as a pure function. */
final class CanaryJudge {
  private CanaryJudge() {}

  /** What is to be done. */
  sealed interface Verdict {
    /** Nothing yet. */
    record Wait() implements Verdict {}

    /** Give it more traffic. */
    record Advance() implements Verdict {}

    /** Take its traffic back. */
    record RollBack(String why) implements Verdict {}
  }

  /**
   * Judges a step. As soon as failures are too many for the whole step it is taken back; the time
   * it takes is compared once both sides have answered enough.
   *
   * @param elapsed since the step began
   */
  static Verdict judge(
      CanaryPolicy policy, Duration elapsed, Outcomes.Counts candidate, Outcomes.Counts baseline) {
    double expected = baseline.errorRate() * candidate.requests();
    double allowed =
        policy.limits().errorRate() * Math.max(candidate.requests(), policy.minRequests());
    if (candidate.failed() - expected > allowed) {
      return new Verdict.RollBack(
          "%d of its %d requests failed (%.2f %%), and %.2f %% of the others"
              .formatted(
                  candidate.failed(),
                  candidate.requests(),
                  100 * candidate.errorRate(),
                  100 * baseline.errorRate()));
    }
    if (candidate.requests() < policy.minRequests()) {
      return new Verdict.Wait();
    }
    boolean comparable =
        baseline.requests() - baseline.failed() >= policy.minRequests() && baseline.p95Nanos() > 0;
    if (comparable && candidate.p95Nanos() > policy.limits().latencyRatio() * baseline.p95Nanos()) {
      return new Verdict.RollBack(
          String.format(
              Locale.ROOT,
              "95 %% of its answers took up to %.2f ms, and %.2f ms those of the others",
              candidate.p95Nanos() / 1e6,
              baseline.p95Nanos() / 1e6));
    }
    return elapsed.compareTo(policy.stepTime()) >= 0 ? new Verdict.Advance() : new Verdict.Wait();
  }
}
