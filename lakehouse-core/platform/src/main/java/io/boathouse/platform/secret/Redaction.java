package io.boathouse.platform.secret;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes what looks like a secret out of text that is about to be logged, and keeps the text on its
 * line. A safety net: code must not log secrets in the first place.
 */
public final class Redaction {
  private static final String HIDDEN = "***";

  /** Each hides its group named {@code s}. */
  private static final List<Pattern> SECRETS =
      List.of(
          Pattern.compile(
              "(?i)\\b(?:bearer|authorization\\W+basic)[ =:]+(?<s>[A-Za-z0-9+/._~=-]{6,})"),
          Pattern.compile(
              "(?i)[\\w.-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credential)"
                  + "[\\w.-]*[\"']?\\s*[=:]\\s*(?<s>\"[^\"]*\"|'[^']*'|[^\\s,;&}\\])\"']+)"),
          Pattern.compile("://[^/\\s:@]*:(?<s>[^/\\s@]+)@"),
          Pattern.compile("\\b(?<s>(?:dapi|bh_|sk-|ghp_|xox[abp]-)[A-Za-z0-9_-]{8,})"),
          Pattern.compile("\\b(?<s>(?:AKIA|ASIA)[A-Z0-9]{12,})\\b"),
          Pattern.compile("\\b(?<s>eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*)"));

  private Redaction() {}

  /** The text with secrets hidden and control characters written as escapes. */
  public static String line(String text) {
    return escape(secrets(text));
  }

  /** The text with secrets hidden and its lines kept, for stack traces. */
  public static String secrets(String text) {
    String shown = text;
    for (Pattern pattern : SECRETS) {
      Matcher matcher = pattern.matcher(shown);
      StringBuilder replaced = null;
      int from = 0;
      while (matcher.find()) {
        if (replaced == null) {
          replaced = new StringBuilder();
        }
        replaced.append(shown, from, matcher.start("s")).append(HIDDEN);
        from = matcher.end("s");
      }
      if (replaced != null) {
        shown = replaced.append(shown, from, shown.length()).toString();
      }
    }
    return shown;
  }

  /** Control and direction characters could forge lines or hide what a line says. */
  private static String escape(String text) {
    StringBuilder escaped = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean harmful =
          Character.isISOControl(c)
              || c == '\u2028'
              || c == '\u2029'
              || (c >= '\u202a' && c <= '\u202e')
              || (c >= '\u2066' && c <= '\u2069');
      if (harmful && escaped == null) {
        escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (escaped != null) {
        escaped.append(harmful ? escapeOf(c) : String.valueOf(c));
      }
    }
    return escaped == null ? text : escaped.toString();
  }

  private static String escapeOf(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u%04x".formatted((int) c);
    };
  }
}
