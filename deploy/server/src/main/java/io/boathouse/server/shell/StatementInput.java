package io.boathouse.server.shell;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Takes lines until a statement has its semicolon, and finds the name at the cursor. */
final class StatementInput implements Parser {
  private static final Set<String> WORDS = Set.of("quit", "exit", "help");

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && !isWhole(line)) {
      throw new EOFError(-1, -1, "The statement has no semicolon yet.", "");
    }
    int start = cursor;
    while (start > 0 && isNameSign(line.charAt(start - 1))) {
      start--;
    }
    return new Word(line, cursor, line.substring(start, cursor));
  }

  static boolean isWhole(String text) {
    String stripped = text.strip();
    return WORDS.contains(stripped.toLowerCase(Locale.ROOT))
        || Script.of(text).rest().text().isEmpty();
  }

  private static boolean isNameSign(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '`' || c == '\\';
  }

  @Override
  public boolean isEscapeChar(char c) {
    return false;
  }

  /** A line and the start of the name that stands before the cursor. */
  record Word(String line, int cursor, String word) implements CompletingParsedLine {
    @Override
    public int wordCursor() {
      return word.length();
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int rawWordCursor() {
      return word.length();
    }

    @Override
    public int rawWordLength() {
      return word.length();
    }

    @Override
    public int wordIndex() {
      return 0;
    }

    @Override
    public List<String> words() {
      return List.of(word);
    }
  }
}
