package io.boathouse.sql.govern;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where the values of a query's columns come from. The oracle knows nothing of syntax trees: every
 * cell of the tables holds the name of its column, the engine runs the query, and the names that
 * come out tell where the values were.
 */
class ColumnLineageTest {
  private static final Pattern MARK = Pattern.compile("<(\\w+\\.\\w+)>", Pattern.CASE_INSENSITIVE);
  private static final Map<String, List<String>> TABLES =
      Map.of(
          "t", List.of("a", "b", "c", "k"),
          "u", List.of("x", "y", "k"),
          "w", List.of("a", "z", "k"),
          "l", List.of("items", "s", "k"),
          "p", List.of("id", "v"),
          "q", List.of("id", "r"));
  private static final Caller ANN =
      new Caller(
          UUID.randomUUID(),
          "ann",
          Caller.Kind.USER,
          Set.of(),
          Optional.empty(),
          "request-1",
          "127.0.0.1",
          "test");

  @TempDir static Path temp;
  private static SyntaxTrees trees;
  private static QueryChecker checker;
  private static DuckSession session;

  @BeforeAll
  static void open() {
    DuckDb duckDb = new DuckDb(new DuckDbConfig("256MB", 1, temp));
    trees = new SyntaxTrees(duckDb);
    checker = new QueryChecker(trees, AllowList.standard());
    session = duckDb.open(DuckAccess.scratchOnly());
  }

  @AfterAll
  static void close() {
    session.close();
    trees.close();
  }

  static List<String> queries() {
    return """
    SELECT a, b AS bb FROM t
    SELECT * FROM t
    FROM t
    SELECT t.*, u.x FROM t JOIN u ON right(t.k, 1) = right(u.k, 1)
    SELECT * EXCLUDE (b) REPLACE (a || c AS c) FROM t
    SELECT * RENAME (a AS first) FROM t
    SELECT t.* EXCLUDE (k), w.* EXCLUDE (a) FROM t, w
    SELECT COLUMNS('[ab]') FROM t
    SELECT max(COLUMNS(* EXCLUDE (k))) FROM t
    SELECT a || b AS ab, upper(c) AS c, concat(a, '-', k) FROM t WHERE c <> '' ORDER BY b
    SELECT coalesce(a, b) AS ab, nullif(c, b) FROM t
    SELECT CASE WHEN c LIKE '%1' THEN a WHEN c LIKE '%4' THEN b ELSE k END FROM t
    SELECT if(c LIKE '%1', 'x', 'y') FROM t
    SELECT b AS a, a AS b FROM t
    SELECT a AS other, other || c AS both FROM t
    SELECT max(a), min(b), string_agg(c, ',') FROM t GROUP BY k HAVING max(b) <> ''
    SELECT k, max(a) FILTER (WHERE b <> '') FROM t GROUP BY ALL
    SELECT string_agg(a ORDER BY b), list(c ORDER BY a) FROM t
    SELECT max_by(a, b), min_by(c, k) FROM t
    SELECT first_value(a) OVER (PARTITION BY b ORDER BY c), row_number() OVER (ORDER BY a) FROM t
    SELECT lag(a, 1, b) OVER (ORDER BY k) FROM t
    SELECT max(a) OVER win FROM t WINDOW win AS (PARTITION BY b ORDER BY c)
    SELECT q.n, q.m || 'x' FROM (SELECT a AS n, b || c AS m FROM t) AS q
    SELECT s.* FROM (SELECT a, b FROM t) AS s(one, two)
    SELECT one FROM t AS r(one, two, three, four)
    WITH n AS (SELECT a, b FROM t) SELECT b, a FROM n
    WITH n(one, two) AS (SELECT a || c, b FROM t), m AS (SELECT two, one FROM n) SELECT * FROM m
    WITH t AS (SELECT x AS a FROM u) SELECT a FROM t
    WITH n AS (SELECT a FROM t) SELECT * FROM (WITH n AS (SELECT b FROM t) SELECT * FROM n) AS i, n
    WITH RECURSIVE r(n, d) AS (SELECT a, 1 FROM t UNION ALL SELECT n || y, d + 1 FROM r, u WHERE d < 3) SELECT n FROM r
    WITH RECURSIVE r(n, m) AS (SELECT a, b FROM t UNION SELECT m, n FROM r) SELECT n, m FROM r
    SELECT a FROM t UNION SELECT x FROM u
    SELECT a, b FROM t UNION ALL SELECT y, x FROM u UNION ALL SELECT z, k FROM w
    SELECT a, k FROM t UNION ALL BY NAME SELECT k, a FROM w
    SELECT a, b FROM t UNION ALL BY NAME SELECT x AS b, y AS other FROM u
    SELECT a FROM t EXCEPT SELECT x FROM u
    (SELECT a FROM t ORDER BY b LIMIT 2) UNION ALL (SELECT x FROM u WHERE y <> '')
    SELECT (SELECT max(x) FROM u WHERE right(u.k, 1) = right(t.k, 1)) AS m, a FROM t
    SELECT (SELECT t.a || max(x) FROM u) FROM t
    SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE right(u.k, 1) = right(t.k, 1))
    SELECT a FROM t WHERE k NOT IN (SELECT k FROM u)
    SELECT a, n FROM t, LATERAL (SELECT t.b || x AS n FROM u) AS lat
    SELECT t.a, r.x FROM t LEFT JOIN u AS r ON right(t.k, 1) = right(r.k, 1)
    SELECT * FROM t SEMI JOIN u ON right(t.k, 1) = right(u.k, 1)
    SELECT x FROM t RIGHT JOIN u ON t.k = u.k
    SELECT coalesce(t.k, u.k) FROM t FULL JOIN u ON t.k = u.k
    SELECT t.a, w.a FROM t CROSS JOIN w
    SELECT v, r FROM p JOIN q USING (id)
    SELECT * EXCLUDE (id) FROM p NATURAL JOIN q
    SELECT * EXCLUDE (id) FROM p FULL JOIN q USING (id)
    SELECT col0, col1 FROM (VALUES ('x', 'y'))
    SELECT v.n || a FROM t, (VALUES ('1'), ('2')) AS v(n)
    SELECT n FROM l, unnest(l.items) AS un(n)
    SELECT unnest(items), s FROM l
    SELECT list_transform(items, lambda i: i || s) FROM l
    SELECT list_transform(items, lambda s: s || k) FROM l
    SELECT list_filter(items, lambda i: i <> s) FROM l
    SELECT [i || s FOR i IN items] FROM l
    SELECT items[1], items[1:1], [s, k] FROM l
    SELECT struct_pack(m := s, n := k) FROM l
    SELECT {'m': a, 'n': b} AS st FROM t
    SELECT st.m || st.n FROM (SELECT {'m': a, 'n': b} AS st FROM t)
    SELECT t FROM t
    SELECT CAST(a AS VARCHAR), b::VARCHAR, TRY(c || k) FROM t
    SELECT DISTINCT ON (b) a FROM t ORDER BY b, c
    SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY c) = 1
    SELECT T.A, "b" FROM t
    SELECT "default".t.a, main."default".t.b FROM main."default".t
    SELECT n1.a, n2.a FROM t AS n1, t AS n2
    SELECT i.j FROM (SELECT o.m AS j FROM (SELECT a || (SELECT max(y) FROM u) AS m FROM t) AS o) AS i
    SELECT a, count(*) FROM t GROUP BY ROLLUP (a)
    SELECT 1, 'x', current_user
    """
        .lines()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void sourcesAreThoseWhoseValuesComeOut(String query) {
    CheckedQuery checked = check(query);
    assertThat(told(checked)).isEqualTo(seen(checked));
  }

  /** What the oracle cannot see: values that are computed; and that fields are not told apart. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          SELECT count(a), sum(length(b)) FROM t | t.a ; t.b
          SELECT a = b, a IS NULL, a IN ('x') FROM t | t.a,t.b ; t.a ; t.a
          SELECT id FROM p JOIN q USING (id) | p.id
          SELECT id FROM p RIGHT JOIN q USING (id) | q.id
          SELECT id FROM p FULL JOIN q USING (id) | p.id,q.id
          SELECT * FROM p LEFT JOIN q USING (id) | p.id ; p.v ; q.r
          SELECT a IN (SELECT x FROM u) FROM t | t.a,u.x
          SELECT count(*), rank() OVER (ORDER BY a) FROM t GROUP BY a | - ; -
          SELECT if(b = 'x', a, c) FROM t | t.a,t.c
          SELECT a FROM t INTERSECT SELECT x FROM u | t.a,u.x
          SELECT struct_pack(m := s, n := k).n FROM l | l.s,l.k
          """)
  void computedValuesHaveSourcesToo(String query, String expected) {
    List<Set<String>> sources = new ArrayList<>();
    for (String column : expected.replace("-", "").split(";", -1)) {
      Set<String> names = new TreeSet<>(List.of(column.strip().split(",")));
      names.remove("");
      sources.add(names);
    }
    assertThat(told(check(query))).isEqualTo(sources);
  }

  @Test
  void columnsAreCalledAsTheQueryCallsThem() {
    CheckedQuery query = check("SELECT a, b AS \"B b\", * EXCLUDE (a, b) RENAME (c AS d) FROM t");
    assertThat(ColumnLineage.of(query, relations(query)).stream().map(DerivedColumn::name))
        .containsExactly("a", "B b", "d", "k");
  }

  private static CheckedQuery check(String query) {
    return checker.check(
        ANN, new QueryText(query, List.of(), new NameDefaults("main", "default"), Map.of()));
  }

  private static Map<String, List<DerivedColumn>> relations(CheckedQuery query) {
    Map<String, List<DerivedColumn>> relations = new HashMap<>();
    for (ViewedTable table : query.tables()) {
      FullName name = table.name();
      relations.put(
          table.view(),
          TABLES.get(name.name()).stream().map(column -> DerivedColumn.of(name, column)).toList());
    }
    return relations;
  }

  private static List<Set<String>> told(CheckedQuery query) {
    return ColumnLineage.of(query, relations(query)).stream()
        .map(
            column ->
                column.sources().stream()
                    .map(source -> source.table().name() + "." + source.column())
                    .collect(Collectors.<String, Set<String>>toCollection(TreeSet::new)))
        .toList();
  }

  private static List<Set<String>> seen(CheckedQuery query) {
    for (ViewedTable table : query.tables()) {
      session.execute(
          "CREATE OR REPLACE TEMP VIEW %s AS %s"
              .formatted(table.view(), marked(table.name().name())));
    }
    List<Set<String>> marks = new ArrayList<>();
    int columns = session.query("DESCRIBE " + query.sql(), row -> row.getString(1)).size();
    for (int i = 0; i < columns; i++) {
      marks.add(new TreeSet<>());
    }
    List<List<String>> unused =
        session.query(
            query.sql(),
            row -> {
              for (int i = 0; i < columns; i++) {
                Matcher matcher = MARK.matcher(String.valueOf(row.getString(i + 1)));
                while (matcher.find()) {
                  marks.get(i).add(matcher.group(1).toLowerCase(Locale.ROOT));
                }
              }
              return List.of();
            });
    return marks;
  }

  /** Four rows; the second has no b and the third no a. */
  private static String marked(String table) {
    List<String> cells = new ArrayList<>();
    for (String column : TABLES.get(table)) {
      String mark = "'<%s.%s>' || n".formatted(table, column);
      cells.add(
          switch (table + "." + column) {
                case "t.a" -> "CASE WHEN n <> 3 THEN " + mark + " END";
                case "t.b" -> "CASE WHEN n <> 2 THEN " + mark + " END";
                case "l.items" -> "[" + mark + ", " + mark + "]";
                case "p.id" -> "n";
                case "q.id" -> "n + 1";
                default -> mark;
              }
              + " AS "
              + column);
    }
    return "SELECT " + String.join(", ", cells) + " FROM range(1, 5) AS r(n)";
  }
}
