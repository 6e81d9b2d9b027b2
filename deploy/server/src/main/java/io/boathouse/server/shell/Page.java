package io.boathouse.server.shell;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.builtins.Less;
import org.jline.builtins.Source;
import org.jline.terminal.Terminal;

/** Takes the lines of one result. */
interface Page extends AutoCloseable {
  PrintWriter writer();

  @Override
  void close() throws IOException;

  /** Shows lines as they come. */
  record Straight(PrintWriter writer) implements Page {
    @Override
    public void close() {
      writer.flush();
    }
  }

  /** Keeps lines in a file until the result is whole, and then shows as many as fit at a time. */
  final class Paged implements Page {
    private final Terminal terminal;
    private final Path file;
    private final PrintWriter writer;
    private long lines;

    Paged(Terminal terminal) throws IOException {
      this.terminal = terminal;
      this.file = Files.createTempFile("boathouse-result", ".txt");
      Writer counting =
          new java.io.FilterWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            @Override
            public void write(String text, int from, int length) throws IOException {
              count(text.substring(from, from + length));
              super.write(text, from, length);
            }

            @Override
            public void write(char[] text, int from, int length) throws IOException {
              count(new String(text, from, length));
              super.write(text, from, length);
            }
          };
      this.writer = new PrintWriter(counting);
    }

    private void count(String text) {
      lines += text.chars().filter(c -> c == '\n').count();
    }

    @Override
    public PrintWriter writer() {
      return writer;
    }

    @Override
    public void close() throws IOException {
      writer.close();
      try {
        if (lines < terminal.getHeight() - 1) {
          terminal.writer().print(Files.readString(file));
          terminal.flush();
        } else {
          Less less = new Less(terminal, file.getParent());
          less.chopLongLines = true;
          less.run(new Source.PathSource(file, "result"));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }
}
