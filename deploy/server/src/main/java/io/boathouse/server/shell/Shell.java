package io.boathouse.server.shell;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** Reads statements and commands from a terminal until its user leaves. */
public final class Shell {
  private final Terminal terminal;
  private final Output output;
  private final ScriptRun scripts;
  private final CatalogNames names;
  private final LineReader reader;

  /**
   * @param history the file that keeps earlier statements; a line that begins with a blank is not
   *     kept
   */
  public Shell(
      Terminal terminal, SqlSession session, RowPrinter.Form form, Optional<Path> history) {
    this.terminal = terminal;
    this.output = new Output(session, Screen.of(terminal), form).timing(true);
    this.scripts = new ScriptRun(output, List.of(), false, terminal.writer());
    this.names = new CatalogNames(session.server());
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .appName("boathouse")
            .terminal(terminal)
            .parser(new StatementInput())
            .completer(new NameCompleter(names, session))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "    -> ")
            .variable(LineReader.INDENTATION, 0)
            .variable(LineReader.BLINK_MATCHING_PAREN, 0)
            .option(LineReader.Option.CASE_INSENSITIVE, true)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
            .option(LineReader.Option.HISTORY_TIMESTAMPED, false);
    history
        .filter(Shell::ownFile)
        .ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    this.reader = builder.build();
  }

  /** Statements may hold what others should not read. */
  private static boolean ownFile(Path file) {
    try {
      Path unused =
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return true;
    } catch (FileAlreadyExistsException kept) {
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Reads and runs until its user leaves. */
  public void run() throws InterruptedException {
    output.say("Boathouse SQL. \\? helps, \\q leaves.");
    while (true) {
      try {
        String prompt = "%s.%s> ".formatted(output.session().catalog(), output.session().schema());
        if (!accept(reader.readLine(prompt))) {
          return;
        }
      } catch (UserInterruptException nothingToRun) {
        // the line is gone, as its user wanted
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  private boolean accept(String text) throws InterruptedException {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      return true;
    }
    Terminal.SignalHandler before =
        terminal.handle(Terminal.Signal.INT, signal -> output.session().cancel());
    try {
      String word = stripped.toLowerCase(Locale.ROOT);
      if (stripped.startsWith("\\") || List.of("quit", "exit", "help").contains(word)) {
        return scripts.directives().run(stripped.startsWith("\\") ? stripped : word);
      }
      boolean unused = scripts.text(text, "");
      names.forget();
    } catch (IOException e) {
      output.say("boathouse: " + e.getMessage());
    } finally {
      terminal.handle(Terminal.Signal.INT, before);
    }
    return true;
  }
}
