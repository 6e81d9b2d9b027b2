package io.boathouse.server.shell;

import io.boathouse.server.client.StatementProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where results go and how they look; runs statements and shows what they bring. */
public final class Output {
  private final SqlSession session;
  private final Screen screen;
  private RowPrinter.Form form;
  private boolean timing;
  private Optional<ResultFile> file = Optional.empty();
  private Expansion expansion = Expansion.OFF;

  /** Whether tables are printed with one line a value. */
  enum Expansion {
    OFF,
    ON,
    /** When they are wider than the screen. */
    AUTO
  }

  /** Prints into a writer, without a screen. */
  public Output(SqlSession session, PrintWriter out, RowPrinter.Form form) {
    this(session, Screen.plain(out), form);
  }

  Output(SqlSession session, Screen screen, RowPrinter.Form form) {
    this.session = session;
    this.screen = screen;
    this.form = form;
  }

  /** Tells how long each statement took. */
  public Output timing(boolean wanted) {
    timing = wanted;
    return this;
  }

  /** Sends results into a file from now on. */
  public void into(Path path) {
    file = Optional.of(new ResultFile(path));
  }

  void backToScreen() {
    file = Optional.empty();
  }

  void form(RowPrinter.Form wanted) {
    form = wanted;
  }

  void expansion(Expansion wanted) {
    expansion = wanted;
  }

  boolean timing() {
    return timing;
  }

  Expansion expansion() {
    return expansion;
  }

  RowPrinter.Form form() {
    return form;
  }

  SqlSession session() {
    return session;
  }

  Screen screen() {
    return screen;
  }

  void say(String line) {
    screen.out().println(line);
    screen.out().flush();
  }

  /**
   * Runs a statement and shows its result.
   *
   * @param parameters as the statement API takes them
   * @throws IOException with the server's words if it fails
   */
  public void run(String statement, List<Map<String, String>> parameters)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    StatementProgress progress = screen.progress(began);
    if (file.isPresent()) {
      try (ResultFile.Writing writing = file.get().open()) {
        session.run(statement, parameters, writing, progress);
        long rows = writing.end();
        screen.clearProgress();
        screen.note(rows + (rows == 1 ? " row" : " rows") + " to " + file.get() + took(began));
      }
      return;
    }
    boolean expanded = form == RowPrinter.Form.TABLE && expansion == Expansion.ON;
    int widest = expansion == Expansion.AUTO ? screen.width() : 0;
    try (Page page = screen.page()) {
      RowPrinter rows =
          new RowPrinter(expanded ? RowPrinter.Form.VERTICAL : form, page.writer(), widest);
      session.run(statement, parameters, rows, progress);
      screen.clearProgress();
      rows.end(took(began));
    } finally {
      screen.clearProgress();
    }
  }

  private String took(long began) {
    return timing ? " (%.3f s)".formatted((System.nanoTime() - began) / 1e9) : "";
  }
}
