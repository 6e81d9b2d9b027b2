package io.boathouse.server.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows how far the story is: a line a step, and below it what there is to see. Thread-safe. */
final class Narrator {
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final int steps;
  private final long started = System.nanoTime();
  private final List<StepTime> times = new ArrayList<>();
  private int step;

  /**
   * @param terminal whether a line may be written over
   * @param steps how many there will be
   */
  Narrator(PrintWriter out, boolean terminal, int steps) {
    this.out = out;
    this.terminal = terminal;
    this.steps = steps;
  }

  /** What a step took. */
  record StepTime(String title, Duration took) {}

  /** A part of the story. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Runs a step and tells how long it took. */
  <T> T step(String title, Step<T> work) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    synchronized (this) {
      step++;
      out.println();
      out.printf(Locale.ROOT, "[%2d/%d] %s%n", step, steps, title);
      out.flush();
    }
    T found = work.run();
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    times.add(new StepTime(title, took));
    say("%.1f s".formatted(took.toMillis() / 1000.0));
    return found;
  }

  /** A line below the step. */
  synchronized void say(String line) {
    out.print(terminal ? CLEAR : "");
    out.println("        " + line);
    out.flush();
  }

  /** A line that the next one replaces; nothing where lines stay. */
  synchronized void progress(String line) {
    if (terminal) {
      out.print(CLEAR + "        " + line);
      out.flush();
    }
  }

  /** A line at the margin. */
  synchronized void print(String line) {
    out.print(terminal ? CLEAR : "");
    out.println(line);
    out.flush();
  }

  List<StepTime> times() {
    return List.copyOf(times);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - started);
  }
}
