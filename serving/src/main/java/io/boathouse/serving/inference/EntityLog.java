package io.boathouse.serving.inference;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.boathouse.platform.error.LakeException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What happened to a served entity, for those who manage its endpoint: the newest lines in memory.
 * Of a request it says what kind of error it met, never what the request held. Thread-safe.
 */
public final class EntityLog {
  private static final int MAX_LINES = 500;
  private static final int MAX_LENGTH = 400;

  private final InstantSource clock;

  @GuardedBy("this")
  private final Deque<Line> lines = new ArrayDeque<>();

  private record Line(boolean loading, String text) {}

  public EntityLog(InstantSource clock) {
    this.clock = clock;
  }

  /** Notes a step of loading or unloading the model. */
  public void loading(String step) {
    add(true, "INFO " + step);
  }

  /** Notes that loading ended without a model that answers. */
  public void loadingFailed(String why) {
    add(true, "ERROR " + why);
  }

  /** Notes a request that got no prediction. */
  public void failed(String predictionId, RuntimeException failure) {
    add(
        false,
        "ERROR prediction %s: %s"
            .formatted(
                predictionId,
                failure instanceof LakeException known
                    ? known.code() + " " + known.reason()
                    : failure.getClass().getSimpleName()));
  }

  /** All lines, the oldest first. */
  public String text() {
    return text(line -> true);
  }

  /** Only the lines about loading. */
  public String loadingText() {
    return text(Line::loading);
  }

  private synchronized String text(Predicate<Line> wanted) {
    return lines.stream().filter(wanted).map(Line::text).collect(Collectors.joining("\n"));
  }

  private synchronized void add(boolean loading, String text) {
    String plain = text.replaceAll("\\p{Cntrl}+", " ");
    String shown = plain.length() > MAX_LENGTH ? plain.substring(0, MAX_LENGTH) + "…" : plain;
    lines.add(new Line(loading, clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + shown));
    if (lines.size() > MAX_LINES) {
      lines.remove();
    }
  }
}
