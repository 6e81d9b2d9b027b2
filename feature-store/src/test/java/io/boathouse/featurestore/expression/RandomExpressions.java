package io.boathouse.featurestore.expression;

import java.util.Random;

/** Writes random expressions over the columns b, i, j, x, y, s, r, t and u. */
final class RandomExpressions {
  private final Random random;

  RandomExpressions(Random random) {
    this.random = random;
  }

  String of(ExpressionType type, int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return leaf(type);
    }
    return random.nextInt(5) == 0 ? any(type, depth - 1) : own(type, depth - 1);
  }

  private String any(ExpressionType type, int depth) {
    String a = of(type, depth);
    String b = of(type, depth);
    return switch (random.nextInt(5)) {
      case 0 -> "CASE WHEN %s THEN %s ELSE %s END".formatted(flag(depth), a, b);
      case 1 ->
          "CASE WHEN %s THEN %s WHEN %s THEN NULL ELSE %s END"
              .formatted(flag(depth), a, flag(depth), b);
      case 2 -> "coalesce(%s, %s)".formatted(a, b);
      case 3 -> "nullif(%s, %s)".formatted(a, b);
      default -> "%s(%s, %s)".formatted(random.nextBoolean() ? "greatest" : "least", a, b);
    };
  }

  private String own(ExpressionType type, int depth) {
    return switch (type) {
      case BOOLEAN -> ownFlag(depth);
      case LONG -> ownWhole(depth);
      case DOUBLE -> ownNumber(depth);
      case STRING -> ownText(depth);
      case TIMESTAMP -> ownTime(depth);
      case DATE ->
          random.nextBoolean()
              ? "CAST(%s AS DATE)".formatted(of(ExpressionType.TIMESTAMP, depth))
              : "CAST(%s AS DATE)".formatted(text(depth));
      case NOTHING -> "NULL";
    };
  }

  private String ownFlag(int depth) {
    ExpressionType type =
        one(
            ExpressionType.LONG,
            ExpressionType.DOUBLE,
            ExpressionType.STRING,
            ExpressionType.TIMESTAMP,
            ExpressionType.DATE);
    return switch (random.nextInt(9)) {
      case 0 -> "(%s AND %s)".formatted(flag(depth), flag(depth));
      case 1 -> "(%s OR %s)".formatted(flag(depth), flag(depth));
      case 2 -> "(NOT %s)".formatted(flag(depth));
      case 3 -> "(%s IS %sNULL)".formatted(of(type, depth), one("", "NOT "));
      case 4 ->
          "(%s %sIN (%s, %s))"
              .formatted(of(type, depth), one("", "NOT "), of(type, depth), of(type, depth));
      case 5 ->
          "(%s BETWEEN %s AND %s)".formatted(of(type, depth), of(type, depth), of(type, depth));
      case 6 ->
          "(%s %sLIKE %s)"
              .formatted(text(depth), one("", "NOT "), one("'%a%'", "'_'", "'%'", "'A_%'", "r"));
      case 7 ->
          "%s(%s, %s)"
              .formatted(one("contains", "starts_with", "ends_with"), text(depth), text(depth));
      default ->
          "(%s %s %s)"
              .formatted(
                  of(type, depth), one("=", "<>", "<", "<=", ">", ">=", "!="), of(type, depth));
    };
  }

  private String ownWhole(int depth) {
    return switch (random.nextInt(9)) {
      case 0, 1 -> "(%s %s %s)".formatted(whole(depth), one("+", "-", "*", "%"), whole(depth));
      case 2 -> "(-%s)".formatted(whole(depth));
      case 3 -> "abs(%s)".formatted(whole(depth));
      case 4 ->
          "CAST(%s AS BIGINT)"
              .formatted(
                  of(
                      one(ExpressionType.DOUBLE, ExpressionType.STRING, ExpressionType.BOOLEAN),
                      depth));
      case 5 -> one("length(%s)", "strpos(%s, 'a')").formatted(text(depth));
      case 6 ->
          "%s(%s)"
              .formatted(
                  one("year", "month", "day", "dayofweek", "dayofyear", "hour", "minute", "second"),
                  time(depth));
      case 7 -> "date_diff('%s', %s, %s)".formatted(unit(), time(depth), time(depth));
      default -> "extract(%s FROM %s)".formatted(one("year", "month", "hour"), time(depth));
    };
  }

  private String ownNumber(int depth) {
    return switch (random.nextInt(6)) {
      case 0, 1 ->
          "(%s %s %s)".formatted(number(depth), one("+", "-", "*", "/", "%"), mixed(depth));
      case 2 -> "(-%s)".formatted(number(depth));
      case 3 ->
          "%s(%s)"
              .formatted(one("abs", "floor", "ceil", "round", "sqrt", "radians"), number(depth));
      case 4 ->
          "CAST(%s AS DOUBLE)"
              .formatted(
                  of(
                      one(ExpressionType.LONG, ExpressionType.STRING, ExpressionType.BOOLEAN),
                      depth));
      default -> "epoch(%s)".formatted(time(depth));
    };
  }

  private String ownText(int depth) {
    return switch (random.nextInt(6)) {
      case 0 -> "(%s || %s)".formatted(text(depth), text(depth));
      case 1 -> "%s(%s)".formatted(one("lower", "upper", "trim", "ltrim", "rtrim"), text(depth));
      case 2 -> "substring(%s, %s)".formatted(text(depth), one("1", "2", "1, 0", "1, 2", "3, 99"));
      case 3 -> "replace(%s, %s, %s)".formatted(text(depth), text(depth), text(depth));
      case 4 ->
          "CAST(%s AS STRING)"
              .formatted(
                  of(one(ExpressionType.LONG, ExpressionType.BOOLEAN, ExpressionType.DATE), depth));
      default -> "coalesce(%s, '')".formatted(text(depth));
    };
  }

  private String ownTime(int depth) {
    return switch (random.nextInt(3)) {
      case 0 -> "date_trunc('%s', %s)".formatted(unit(), time(depth));
      case 1 -> "CAST(%s AS TIMESTAMP)".formatted(text(depth));
      default -> "CAST(%s AS TIMESTAMP)".formatted(of(ExpressionType.DATE, depth));
    };
  }

  private String leaf(ExpressionType type) {
    return switch (type) {
      case BOOLEAN -> one("b", "b", "TRUE", "FALSE");
      case LONG -> one("i", "i", "j", "j", "0", "-1", "7", "9223372036854775807");
      case DOUBLE -> one("x", "x", "y", "y", "0.5", "-1e3", "2.0");
      case STRING -> one("s", "s", "r", "'a'", "''", "'it''s'");
      case TIMESTAMP -> one("t", "t", "u", "TIMESTAMP '2024-02-29 23:59:59.5'");
      case DATE -> one("CAST(t AS DATE)", "DATE '2000-02-29'");
      case NOTHING -> "NULL";
    };
  }

  private String unit() {
    return one("second", "minute", "hour", "day", "month", "year");
  }

  private String flag(int depth) {
    return of(ExpressionType.BOOLEAN, depth);
  }

  private String whole(int depth) {
    return of(ExpressionType.LONG, depth);
  }

  private String number(int depth) {
    return of(ExpressionType.DOUBLE, depth);
  }

  private String mixed(int depth) {
    return random.nextInt(3) == 0 ? whole(depth) : number(depth);
  }

  private String text(int depth) {
    return of(ExpressionType.STRING, depth);
  }

  private String time(int depth) {
    return of(ExpressionType.TIMESTAMP, depth);
  }

  @SafeVarargs
  private <T> T one(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
