package io.boathouse.server.shell;

import io.boathouse.server.client.StatementProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jline.terminal.Terminal;

/** What a person looks at: a terminal, or a stream into which lines are written. */
final class Screen {
  private static final double QUIET_SECONDS = 0.5;

  private final PrintWriter out;
  private final Optional<Terminal> terminal;
  private boolean paging = true;
  private boolean progressShown;

  private Screen(PrintWriter out, Optional<Terminal> terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  static Screen plain(PrintWriter out) {
    return new Screen(out, Optional.empty());
  }

  static Screen of(Terminal terminal) {
    return new Screen(terminal.writer(), Optional.of(terminal));
  }

  PrintWriter out() {
    return out;
  }

  /** In places; 0 if it has no width. */
  int width() {
    return terminal.map(Terminal::getWidth).orElse(0);
  }

  void paging(boolean wanted) {
    paging = wanted;
  }

  boolean paging() {
    return paging;
  }

  /** Where a result is written, which is shown page by page if it is longer than the screen. */
  Page page() throws IOException {
    return terminal.isPresent() && paging && canMoveTheCursor()
        ? new Page.Paged(terminal.get())
        : new Page.Straight(out);
  }

  /** A line that is no result: not for a stream of results. */
  void note(String line) {
    if (terminal.isPresent()) {
      out.println(line);
      out.flush();
    }
  }

  /** Shows that a statement runs and for how long, on terminals that can take it back. */
  StatementProgress progress(long began) {
    if (!canMoveTheCursor()) {
      return StatementProgress.SILENT;
    }
    return new StatementProgress() {
      @Override
      public void started(String id) {}

      @Override
      public void waiting() {
        double seconds = (System.nanoTime() - began) / 1e9;
        if (seconds > QUIET_SECONDS) {
          progressShown = true;
          out.print("\rrunning %.1f s, Ctrl-C cancels".formatted(seconds));
          out.flush();
        }
      }
    };
  }

  void clearProgress() {
    if (progressShown) {
      progressShown = false;
      out.print("\r\u001b[K");
      out.flush();
    }
  }

  private boolean canMoveTheCursor() {
    return terminal.filter(one -> !one.getType().startsWith("dumb")).isPresent();
  }
}
