package io.boathouse.featurestore.expression;

import static io.boathouse.featurestore.expression.ExpressionType.BOOLEAN;
import static io.boathouse.featurestore.expression.ExpressionType.DOUBLE;
import static io.boathouse.featurestore.expression.ExpressionType.LONG;
import static io.boathouse.featurestore.expression.ExpressionType.STRING;
import static io.boathouse.featurestore.expression.ExpressionType.TIMESTAMP;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The functions that an expression may call. None is given a null, and one that has no answer gives
 * null. Of floating point they use {@link StrictMath}, so that all machines answer the same bits.
 */
enum Builtin {
  ABS_LONG(
      "abs", LONG, a -> l(a, 0) == Long.MIN_VALUE ? null : Long.valueOf(Math.abs(l(a, 0))), LONG),
  ABS("abs", DOUBLE, a -> Math.abs(d(a, 0)), DOUBLE),
  FLOOR("floor", DOUBLE, a -> StrictMath.floor(d(a, 0)), DOUBLE),
  CEIL("ceil", DOUBLE, a -> StrictMath.ceil(d(a, 0)), DOUBLE),
  ROUND("round", DOUBLE, a -> rounded(d(a, 0)), DOUBLE),
  SQRT("sqrt", DOUBLE, a -> d(a, 0) < 0 ? null : Double.valueOf(StrictMath.sqrt(d(a, 0))), DOUBLE),
  EXP("exp", DOUBLE, a -> StrictMath.exp(d(a, 0)), DOUBLE),
  LN("ln", DOUBLE, a -> d(a, 0) <= 0 ? null : Double.valueOf(StrictMath.log(d(a, 0))), DOUBLE),
  LOG10(
      "log10",
      DOUBLE,
      a -> d(a, 0) <= 0 ? null : Double.valueOf(StrictMath.log10(d(a, 0))),
      DOUBLE),
  POWER("power", DOUBLE, a -> StrictMath.pow(d(a, 0), d(a, 1)), DOUBLE, DOUBLE),
  SIN("sin", DOUBLE, a -> finite(d(a, 0)) ? Double.valueOf(StrictMath.sin(d(a, 0))) : null, DOUBLE),
  COS("cos", DOUBLE, a -> finite(d(a, 0)) ? Double.valueOf(StrictMath.cos(d(a, 0))) : null, DOUBLE),
  TAN("tan", DOUBLE, a -> finite(d(a, 0)) ? Double.valueOf(StrictMath.tan(d(a, 0))) : null, DOUBLE),
  ASIN(
      "asin",
      DOUBLE,
      a -> beyondOne(d(a, 0)) ? null : Double.valueOf(StrictMath.asin(d(a, 0))),
      DOUBLE),
  ACOS(
      "acos",
      DOUBLE,
      a -> beyondOne(d(a, 0)) ? null : Double.valueOf(StrictMath.acos(d(a, 0))),
      DOUBLE),
  ATAN("atan", DOUBLE, a -> StrictMath.atan(d(a, 0)), DOUBLE),
  ATAN2("atan2", DOUBLE, a -> StrictMath.atan2(d(a, 0), d(a, 1)), DOUBLE, DOUBLE),
  RADIANS("radians", DOUBLE, a -> d(a, 0) * (Math.PI / 180), DOUBLE),
  IS_NAN("isnan", BOOLEAN, a -> Double.isNaN(d(a, 0)), DOUBLE),
  LOWER("lower", STRING, a -> Texts.lower(s(a, 0)), STRING),
  UPPER("upper", STRING, a -> Texts.upper(s(a, 0)), STRING),
  LENGTH("length", LONG, a -> Texts.length(s(a, 0)), STRING),
  TRIM("trim", STRING, a -> Texts.trimmed(s(a, 0), true, true), STRING),
  LTRIM("ltrim", STRING, a -> Texts.trimmed(s(a, 0), true, false), STRING),
  RTRIM("rtrim", STRING, a -> Texts.trimmed(s(a, 0), false, true), STRING),
  SUBSTRING("substring", STRING, a -> Texts.part(s(a, 0), l(a, 1), l(a, 2)), STRING, LONG, LONG),
  CONCAT("||", STRING, a -> s(a, 0).concat(s(a, 1)), STRING, STRING),
  REPLACE(
      "replace", STRING, a -> Texts.replaced(s(a, 0), s(a, 1), s(a, 2)), STRING, STRING, STRING),
  CONTAINS("contains", BOOLEAN, a -> s(a, 0).contains(s(a, 1)), STRING, STRING),
  STARTS_WITH("starts_with", BOOLEAN, a -> s(a, 0).startsWith(s(a, 1)), STRING, STRING),
  ENDS_WITH("ends_with", BOOLEAN, a -> s(a, 0).endsWith(s(a, 1)), STRING, STRING),
  STRPOS("strpos", LONG, a -> Texts.place(s(a, 0), s(a, 1)), STRING, STRING),
  LIKE("like", BOOLEAN, a -> Texts.like(s(a, 0), s(a, 1)), STRING, STRING),
  YEAR("year", LONG, a -> (long) Calendar.date(l(a, 0)).getYear(), TIMESTAMP),
  MONTH("month", LONG, a -> (long) Calendar.date(l(a, 0)).getMonthValue(), TIMESTAMP),
  DAY("day", LONG, a -> (long) Calendar.date(l(a, 0)).getDayOfMonth(), TIMESTAMP),
  /** 0 for Sunday to 6. */
  DAY_OF_WEEK(
      "dayofweek", LONG, a -> Calendar.date(l(a, 0)).getDayOfWeek().getValue() % 7L, TIMESTAMP),
  DAY_OF_YEAR("dayofyear", LONG, a -> (long) Calendar.date(l(a, 0)).getDayOfYear(), TIMESTAMP),
  HOUR("hour", LONG, a -> Calendar.within(l(a, 0), Calendar.HOUR, Calendar.DAY), TIMESTAMP),
  MINUTE("minute", LONG, a -> Calendar.within(l(a, 0), Calendar.MINUTE, Calendar.HOUR), TIMESTAMP),
  SECOND(
      "second", LONG, a -> Calendar.within(l(a, 0), Calendar.SECOND, Calendar.MINUTE), TIMESTAMP),
  EPOCH("epoch", DOUBLE, a -> l(a, 0) / 1e6, TIMESTAMP),
  DATE_TRUNC("date_trunc", TIMESTAMP, a -> Calendar.truncated(s(a, 0), l(a, 1)), STRING, TIMESTAMP),
  DATE_DIFF(
      "date_diff",
      LONG,
      a -> Calendar.between(s(a, 0), l(a, 1), l(a, 2)),
      STRING,
      TIMESTAMP,
      TIMESTAMP);

  /** What a function does with values of the classes of its parameters. */
  private interface Body {
    @Nullable Object of(Object[] arguments);
  }

  private final String word;
  private final ExpressionType result;
  private final List<ExpressionType> parameters;
  private final Body body;

  Builtin(String word, ExpressionType result, Body body, ExpressionType... parameters) {
    this.word = word;
    this.result = result;
    this.body = body;
    this.parameters = List.of(parameters);
  }

  String word() {
    return word;
  }

  ExpressionType result() {
    return result;
  }

  List<ExpressionType> parameters() {
    return parameters;
  }

  @Nullable Object of(Object[] arguments) {
    return body.of(arguments);
  }

  /** Whether its first argument is a unit, which must be written out. */
  boolean takesUnit() {
    return this == DATE_TRUNC || this == DATE_DIFF;
  }

  /** All of a name, of which the first that fits is meant. */
  static List<Builtin> named(String name) {
    String wanted =
        switch (name) {
          case "ceiling" -> "ceil";
          case "pow" -> "power";
          case "log" -> "log10";
          case "substr" -> "substring";
          case "len", "char_length" -> "length";
          case "datediff" -> "date_diff";
          case "dow" -> "dayofweek";
          case "doy" -> "dayofyear";
          default -> name;
        };
    return Arrays.stream(values()).filter(builtin -> builtin.word.equals(wanted)).toList();
  }

  /** The names of all, for messages. */
  static List<String> words() {
    TreeSet<String> words = new TreeSet<>(List.of("coalesce", "greatest", "least", "nullif"));
    Arrays.stream(values())
        .map(Builtin::word)
        .filter(word -> Character.isLetter(word.charAt(0)))
        .forEach(words::add);
    return List.copyOf(words);
  }

  private static long l(Object[] arguments, int index) {
    return (Long) arguments[index];
  }

  private static double d(Object[] arguments, int index) {
    return (Double) arguments[index];
  }

  private static String s(Object[] arguments, int index) {
    return (String) arguments[index];
  }

  private static boolean finite(double value) {
    return !Double.isInfinite(value);
  }

  private static boolean beyondOne(double value) {
    return value < -1 || value > 1;
  }

  /** Halves go away from zero. */
  private static double rounded(double value) {
    double size = Math.abs(value);
    double floor = StrictMath.floor(size);
    return Math.copySign(size - floor >= 0.5 ? floor + 1 : floor, value);
  }
}
