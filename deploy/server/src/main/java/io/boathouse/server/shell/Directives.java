package io.boathouse.server.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The commands of the shell itself, which begin with a backslash. */
final class Directives {
  static final List<String> NAMES =
      List.of(
          "\\?",
          "\\c",
          "\\d",
          "\\df",
          "\\dn",
          "\\dt",
          "\\dv",
          "\\f",
          "\\i",
          "\\l",
          "\\o",
          "\\pager",
          "\\q",
          "\\timing",
          "\\x");
  private static final String HELP =
      """
      A statement ends with a semicolon and may have many lines. Tab completes names, Ctrl-R finds
      earlier statements, Ctrl-C cancels what runs, Ctrl-D leaves.

        \\l                    catalogs
        \\dn [CATALOG]         schemas
        \\dt [SCHEMA]          tables
        \\dv [SCHEMA]          volumes
        \\df [SCHEMA]          functions
        \\d NAME               columns of a table
        \\c CATALOG.SCHEMA     look for short names there
        \\x [on|off|auto]      one line a value; auto: when a table is wider than the screen
        \\f table|csv|json|vertical   how rows are printed
        \\o [FILE]             results into a .csv, .json or .parquet file; without FILE to the screen
        \\i FILE               run the statements of a file
        \\timing [on|off]      how long statements take
        \\pager [on|off]       long results page by page
        \\q                    leave
      """;

  private final Output output;
  private final ScriptRun scripts;

  Directives(Output output, ScriptRun scripts) {
    this.output = output;
    this.scripts = scripts;
  }

  /**
   * Does what a line says.
   *
   * @return whether the shell goes on
   * @throws IOException if it cannot be done
   */
  boolean run(String line) throws IOException, InterruptedException {
    String[] words = line.strip().split("\\s+", 2);
    Optional<String> argument =
        words.length > 1
            ? Optional.of(words[1].strip().replaceAll(";$", "")).filter(text -> !text.isEmpty())
            : Optional.empty();
    switch (words[0].replaceAll(";$", "")) {
      case "\\q", "quit", "exit" -> {
        return false;
      }
      case "\\?", "help" -> output.screen().out().print(HELP);
      case "\\l" -> statement("SHOW CATALOGS");
      case "\\dn" -> statement("SHOW SCHEMAS" + in(argument));
      case "\\dt" -> statement("SHOW TABLES" + in(argument));
      case "\\dv" -> statement("SHOW VOLUMES" + in(argument));
      case "\\df" -> statement("SHOW FUNCTIONS" + in(argument));
      case "\\d" -> statement(argument.map(name -> "DESCRIBE TABLE " + name).orElse("SHOW TABLES"));
      case "\\c" -> statement("USE " + needed("\\c", argument));
      case "\\i" -> scripts.file(Path.of(needed("\\i", argument)));
      case "\\o" -> file(argument);
      case "\\f" -> output.form(form(needed("\\f", argument)));
      case "\\x" -> expand(argument);
      case "\\timing" -> {
        output.timing(flag(argument, output.timing()));
        output.say("Timing is " + (output.timing() ? "on." : "off."));
      }
      case "\\pager" -> {
        output.screen().paging(flag(argument, output.screen().paging()));
        output.say("The pager is " + (output.screen().paging() ? "on." : "off."));
      }
      default ->
          throw new IOException("There is no command %s. \\? lists them.".formatted(words[0]));
    }
    output.screen().out().flush();
    return true;
  }

  private void statement(String text) throws IOException, InterruptedException {
    output.run(text, List.of());
  }

  private static String in(Optional<String> place) {
    return place.map(name -> " IN " + name).orElse("");
  }

  private void file(Optional<String> name) {
    if (name.isPresent()) {
      output.into(Path.of(name.get()));
    } else {
      output.backToScreen();
    }
  }

  private void expand(Optional<String> argument) throws IOException {
    boolean auto = argument.filter("auto"::equalsIgnoreCase).isPresent();
    output.expansion(
        auto
            ? Output.Expansion.AUTO
            : flag(argument, output.expansion() != Output.Expansion.OFF)
                ? Output.Expansion.ON
                : Output.Expansion.OFF);
    output.say("Expanded display is " + output.expansion().name().toLowerCase(Locale.ROOT) + ".");
  }

  private static RowPrinter.Form form(String word) throws IOException {
    for (RowPrinter.Form form : RowPrinter.Form.values()) {
      if (form.name().equalsIgnoreCase(word)) {
        return form;
      }
    }
    throw new IOException(
        "Rows cannot be printed as '%s': only as table, csv, json or vertical.".formatted(word));
  }

  private static boolean flag(Optional<String> argument, boolean now) throws IOException {
    return switch (argument.orElse("").toLowerCase(Locale.ROOT)) {
      case "" -> !now;
      case "on" -> true;
      case "off" -> false;
      default -> throw new IOException("'%s' is neither on nor off.".formatted(argument.get()));
    };
  }

  private static String needed(String command, Optional<String> argument) throws IOException {
    return argument.orElseThrow(
        () ->
            new IOException(
                "%s needs to be told which. \\? lists the commands.".formatted(command)));
  }
}
