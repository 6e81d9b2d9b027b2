package io.boathouse.training.experiment;

import java.util.regex.Pattern;

/** Sizes and spellings that MLflow clients rely on, in Unicode characters. */
public final class Limits {
  public static final int KEY = 250;
  public static final int PARAM_VALUE = 6000;
  public static final int TAG_VALUE = 8000;
  public static final int EXPERIMENT_TAG_VALUE = 5000;

  private static final Pattern NAME =
      Pattern.compile("[/\\w.\\- :]*", Pattern.UNICODE_CHARACTER_CLASS);

  private Limits() {}

  /**
   * Checks the key of a metric, parameter or tag.
   *
   * @param field what to call it in the failure
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it is too long, has a
   *     character outside the allowed ones, or climbs like a path
   */
  public static String key(String field, String key) {
    if (key.codePointCount(0, key.length()) > KEY) {
      throw TrainingErrors.tooLong(field, key, KEY);
    }
    if (!NAME.matcher(key).matches()) {
      throw TrainingErrors.invalidKey(
          field,
          key,
          "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces"
              + " ( ), colons (:) and slashes (/).");
    }
    if (!isNormalPath(key)) {
      throw TrainingErrors.invalidKey(
          field,
          key,
          "Names may be treated as files in certain cases, and must not resolve to"
              + " other names when treated as such.");
    }
    return key;
  }

  /** Refuses a value that is too long. */
  public static String value(String field, String value, int limit) {
    if (value.codePointCount(0, value.length()) > limit) {
      throw TrainingErrors.tooLong(field, value, limit);
    }
    return value;
  }

  /** Cuts a value to its limit, as MLflow servers do with parameters and run tags. */
  public static String truncated(String value, int limit) {
    return value.codePointCount(0, value.length()) <= limit
        ? value
        : value.substring(0, value.offsetByCodePoints(0, limit));
  }

  private static boolean isNormalPath(String key) {
    if (key.startsWith("/") || key.endsWith("/")) {
      return false;
    }
    for (String segment : key.split("/", -1)) {
      if (segment.isEmpty() || segment.equals("..") || segment.equals(".")) {
        return false;
      }
    }
    return true;
  }
}
