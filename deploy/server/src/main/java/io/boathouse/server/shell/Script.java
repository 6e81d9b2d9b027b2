package io.boathouse.server.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text taken apart at the semicolons that end statements: not those in texts, quoted names and
 * comments. A line that begins with a backslash where a statement would is a part of its own.
 *
 * @param statements without their semicolons, none of them blank
 * @param rest what follows the last semicolon; blank if the text is whole
 */
record Script(List<Part> statements, Part rest) {
  private static final Pattern DOLLAR = Pattern.compile("\\$[\\p{L}_]*\\$");

  Script {
    statements = List.copyOf(statements);
  }

  /**
   * A statement.
   *
   * @param line of the text at which it begins, counted from 1
   */
  record Part(String text, int line) {}

  static Script of(String text) {
    List<Part> statements = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == '\\' && part(text, start, at).text().isEmpty()) {
        int line = text.indexOf('\n', at);
        int end = line < 0 ? text.length() : line;
        statements.add(part(text, at, end));
        start = end;
        at = end;
      } else if (text.charAt(at) == ';') {
        Part part = part(text, start, at);
        if (!part.text().isEmpty()) {
          statements.add(part);
        }
        start = at + 1;
        at = start;
      } else {
        at = end(text, at);
      }
    }
    return new Script(statements, part(text, start, text.length()));
  }

  /** All statements, with or without a semicolon after the last. */
  List<Part> all() {
    List<Part> all = new ArrayList<>(statements);
    if (!rest.text().isEmpty()) {
      all.add(rest);
    }
    return all;
  }

  /** Where the token at a place ends: at the end of the text if it is not closed. */
  private static int end(String text, int at) {
    char c = text.charAt(at);
    if (c == '\'') {
      return isEscapeText(text, at) ? escapedEnd(text, at + 1) : after(text, "'", at + 1);
    }
    if (c == '"' || c == '`') {
      return after(text, String.valueOf(c), at + 1);
    }
    if (text.startsWith("--", at)) {
      return after(text, "\n", at);
    }
    if (text.startsWith("/*", at)) {
      return after(text, "*/", at + 2);
    }
    Matcher tag = DOLLAR.matcher(text).region(at, text.length());
    if (tag.lookingAt() && !isNamePart(text, at - 1)) {
      return after(text, tag.group(), tag.end());
    }
    return at + 1;
  }

  /** Whether a quote opens a text such as {@code e'a\\'b'}, in which a backslash escapes. */
  private static boolean isEscapeText(String text, int at) {
    return at > 0
        && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E')
        && !isNamePart(text, at - 2);
  }

  private static int escapedEnd(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '\'') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), at + 1);
  }

  private static boolean isNamePart(String text, int at) {
    return at >= 0
        && (Character.isLetterOrDigit(text.charAt(at)) || "_$".indexOf(text.charAt(at)) >= 0);
  }

  private static int after(String text, String close, int from) {
    int found = text.indexOf(close, from);
    return found < 0 ? text.length() : found + close.length();
  }

  /** Without the comments and blanks before it, so that its line is where it begins. */
  private static Part part(String text, int start, int end) {
    int at = start;
    while (at < end) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("--", at) || text.startsWith("/*", at)) {
        at = Math.min(end, end(text, at));
      } else {
        break;
      }
    }
    int line = 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    return new Part(text.substring(at, end).strip(), line);
  }
}
