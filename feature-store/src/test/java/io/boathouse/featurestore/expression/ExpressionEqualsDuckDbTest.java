package io.boathouse.featurestore.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.featurestore.online.ValueType;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The compiled form of random expressions against DuckDB on random rows. Seen to fail with
 * String.compareTo for Texts.compare, without the null for an overflow in Compiler.whole, with
 * Double.compare alone for the zeros, and with Math.rint for halves in Builtin.rounded.
 */
class ExpressionEqualsDuckDbTest {
  private static final Map<String, ValueType> COLUMNS = new LinkedHashMap<>();

  static {
    COLUMNS.put("b", ValueType.BOOLEAN);
    COLUMNS.put("i", ValueType.LONG);
    COLUMNS.put("j", ValueType.LONG);
    COLUMNS.put("x", ValueType.DOUBLE);
    COLUMNS.put("y", ValueType.DOUBLE);
    COLUMNS.put("s", ValueType.STRING);
    COLUMNS.put("r", ValueType.STRING);
    COLUMNS.put("t", ValueType.TIMESTAMP);
    COLUMNS.put("u", ValueType.TIMESTAMP);
  }

  private static final List<Long> WHOLE =
      List.of(
          0L,
          1L,
          -1L,
          2L,
          7L,
          -3L,
          1000L,
          1L << 31,
          (1L << 53) + 1,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          Long.MAX_VALUE - 1);
  private static final List<Double> NUMBERS =
      List.of(
          0.0,
          -0.0,
          0.5,
          -0.5,
          1.5,
          2.5,
          -2.5,
          0.49999999999999994,
          1e-320,
          4.9e-324,
          1e308,
          -1e308,
          0x1p63,
          -0x1p63,
          1e18,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          3.7,
          1.0,
          -1.0);
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "Ab",
          "aab",
          "ä",
          "Äß",
          "\u00a0x\u2003",
          "😀x",
          "\uffee",
          "true",
          "FALSE",
          "12",
          "-7",
          "99999999999999999999",
          "1.5e3",
          ".5",
          "1e400",
          "2024-02-29",
          "2023-02-29",
          "2024-02-29 23:59:59.123456",
          "2024-01-01T00:30:00+02:00",
          "1999-12-31T23:59:60Z",
          "a%b_c",
          "x y  z ");
  private static final List<Long> TIMES =
      List.of(
          0L,
          -1L,
          1L,
          951_782_399_999_999L,
          951_782_400_000_000L,
          1_709_251_199_999_999L,
          -62_135_596_800_000_000L,
          253_402_300_799_999_999L,
          -2_208_988_800_000_000L,
          1_700_000_000_123_456L);

  @TempDir static Path folder;
  private static DuckSession session;
  private static final List<@Nullable Object[]> ROWS = new ArrayList<>();

  @BeforeAll
  static void open() {
    session = new DuckDb(new DuckDbConfig("512MB", 2, folder)).open(DuckAccess.scratchOnly());
    Random random = new Random(59);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      Object[] row = {
        i % 7 == 0 ? null : random.nextBoolean(),
        pick(random, WHOLE, random.nextLong() >> random.nextInt(64)),
        pick(random, WHOLE, (long) random.nextInt(50) - 25),
        pick(random, NUMBERS, random.nextGaussian() * 100),
        pick(random, NUMBERS, (double) random.nextInt(9) - 4),
        pick(random, TEXTS, "w" + random.nextInt(30)),
        pick(random, TEXTS, "a"),
        pick(random, TIMES, 1_700_000_000_000_000L + random.nextLong(1L << 50)),
        pick(random, TIMES, 1_700_000_000_000_000L + random.nextLong(1L << 45)),
      };
      ROWS.add(row);
      List<String> cells = new ArrayList<>();
      for (int c = 0; c < row.length; c++) {
        String literal = SqlText.literal(row[c]);
        cells.add(c < 7 || row[c] == null ? literal : "make_timestamp(" + literal + ")");
      }
      values.add("(" + i + ", " + String.join(", ", cells) + ")");
    }
    session.execute(
        "CREATE TABLE data (n INTEGER, b BOOLEAN, i BIGINT, j BIGINT, x DOUBLE, y DOUBLE, s"
            + " VARCHAR, r VARCHAR, t TIMESTAMP, u TIMESTAMP)");
    session.execute("INSERT INTO data VALUES " + String.join(", ", values));
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private static <T> @Nullable T pick(Random random, List<T> pool, T other) {
    int choice = random.nextInt(pool.size() * 2 + 3);
    if (choice < 3) {
      return null;
    }
    return choice < pool.size() + 3 ? pool.get(choice - 3) : other;
  }

  @Test
  void randomExpressionsGiveWhatDuckDbGivesOnEveryRow() {
    Random random = new Random(20_260_101);
    RandomExpressions expressions = new RandomExpressions(random);
    List<ExpressionType> types =
        List.of(
            ExpressionType.BOOLEAN,
            ExpressionType.LONG,
            ExpressionType.DOUBLE,
            ExpressionType.STRING,
            ExpressionType.TIMESTAMP);
    for (int round = 0; round < 30; round++) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        texts.add(expressions.of(types.get(i % types.size()), 1 + random.nextInt(3)));
      }
      requireSame(texts, 0);
    }
  }

  @Test
  void textsCompareByCodePointAndHalvesAndZerosAsDuckDbHasThem() {
    requireSame(
        List.of(
            "s < '\uffee'",
            "s >= '\uffee'",
            "greatest(s, '\uffee')",
            "s < r",
            "x < y",
            "x = -x",
            "round(x)",
            "round(y / 2)",
            "CAST(y / 2 AS BIGINT)",
            "i + j",
            "i * j",
            "-i - j"),
        0);
  }

  @Test
  void functionsOfTheMathematicalLibraryAgreeToTheirLastDigits() {
    requireSame(
        List.of(
            "sin(x)",
            "cos(x)",
            "tan(x)",
            "asin(x / 100)",
            "acos(y)",
            "atan(x)",
            "exp(y)",
            "atan2(x, y)",
            "ln(x)",
            "log10(abs(x))",
            "power(abs(y), 2.5)",
            "exp(x)",
            "2 * 6371.0 * asin(sqrt(power(sin(radians(y - x) / 2), 2)))"),
        1e-12);
  }

  private static void requireSame(List<String> texts, double tolerance) {
    List<Compiler.Code> codes = new ArrayList<>();
    List<List<String>> operands = new ArrayList<>();
    List<String> selected = new ArrayList<>();
    for (String text : texts) {
      ColumnScope scope = new ColumnScope(COLUMNS);
      Expression expression = new ExpressionParser("f", text, scope).parse();
      codes.add(Compiler.compile(expression));
      operands.add(scope.operands());
      String sql = DuckRendering.of(expression);
      selected.add(expression.type() == ExpressionType.TIMESTAMP ? "epoch_us(" + sql + ")" : sql);
    }
    List<List<@Nullable Object>> found =
        session.query(
            "SELECT " + String.join(",\n ", selected) + " FROM data ORDER BY n",
            row -> {
              List<@Nullable Object> values = new ArrayList<>();
              for (int c = 1; c <= texts.size(); c++) {
                values.add(row.getObject(c));
              }
              return values;
            });
    List<String> names = List.copyOf(COLUMNS.keySet());
    List<String> different = new ArrayList<>();
    for (int n = 0; n < ROWS.size(); n++) {
      for (int c = 0; c < texts.size(); c++) {
        int place = n;
        Object[] row =
            operands.get(c).stream().map(o -> ROWS.get(place)[names.indexOf(o)]).toArray();
        Object ours = codes.get(c).of(row);
        Object theirs = found.get(n).get(c);
        if (!same(ours, theirs, tolerance)) {
          different.add(
              "%s %s %s: %s, DuckDB %s"
                  .formatted(texts.get(c), operands.get(c), Arrays.toString(row), ours, theirs));
        }
      }
    }
    assertThat(different).isEmpty();
  }

  private static boolean same(@Nullable Object ours, @Nullable Object theirs, double tolerance) {
    if (ours instanceof Double a && theirs instanceof Double b) {
      boolean equal = a.equals(b) || (a == 0 && b == 0);
      return equal || Math.abs(a - b) <= tolerance * Math.max(1e-300, Math.abs(b));
    }
    return Objects.equals(ours, theirs);
  }
}
