package io.boathouse.server.shell;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the statements of texts and files one after the other, up to the first that fails. */
public final class ScriptRun {
  private static final int DEEPEST = 16;

  private final Output output;
  private final List<Map<String, String>> parameters;
  private final boolean goOn;
  private final PrintWriter errors;
  private final Directives directives;
  private int depth;

  /**
   * @param parameters of every statement, as the statement API takes them
   * @param goOn whether statements after one that failed are run too
   */
  public ScriptRun(
      Output output, List<Map<String, String>> parameters, boolean goOn, PrintWriter errors) {
    this.output = output;
    this.parameters = List.copyOf(parameters);
    this.goOn = goOn;
    this.errors = errors;
    this.directives = new Directives(output, this);
  }

  Directives directives() {
    return directives;
  }

  /**
   * Runs the statements of a file, and returns whether none failed.
   *
   * @throws IOException if it cannot be read
   */
  public boolean file(Path path) throws IOException, InterruptedException {
    String text;
    try {
      text = Files.readString(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new IOException("There is no file %s.".formatted(path), e);
    }
    if (depth >= DEEPEST) {
      throw new IOException("%s is run from itself, too deep.".formatted(path));
    }
    depth++;
    try {
      return text(text, path + ":");
    } finally {
      depth--;
    }
  }

  /**
   * Runs the statements of a text, and returns whether none failed.
   *
   * @param source stands before the number of the line in errors; empty for no number
   */
  public boolean text(String text, String source) throws InterruptedException {
    boolean good = true;
    for (Script.Part part : Script.of(text).all()) {
      try {
        if (part.text().startsWith("\\")) {
          if (!directives.run(part.text())) {
            return good;
          }
        } else {
          output.run(part.text(), parameters);
        }
      } catch (IOException e) {
        good = false;
        String place = source.isEmpty() ? "" : source + part.line() + ": ";
        errors.println("boathouse: " + place + e.getMessage());
        errors.flush();
        if (!goOn) {
          return false;
        }
      }
    }
    return good;
  }
}
