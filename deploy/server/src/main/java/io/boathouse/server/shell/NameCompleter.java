package io.boathouse.server.shell;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Offers the words of SQL, and the names of catalogs, schemas, tables and columns that the caller
 * sees: the columns are those of the tables named in the statement.
 */
final class NameCompleter implements Completer {
  private static final Pattern TABLE =
      Pattern.compile("(?i)\\b(?:from|join|into|update|table|describe)\\s+([\\w.`]+)");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final List<String> WORDS =
      List.of(
          ("SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT OFFSET JOIN LEFT RIGHT FULL OUTER INNER"
               + " CROSS LATERAL ON USING AS AND OR NOT IN IS NULL BETWEEN LIKE ILIKE CASE WHEN"
               + " THEN ELSE END DISTINCT ALL UNION EXCEPT INTERSECT WITH QUALIFY OVER PARTITION"
               + " ROWS RANGE CAST INTERVAL ASC DESC NULLS FIRST LAST VALUES TRUE FALSE EXISTS"
               + " INSERT INTO OVERWRITE UPDATE SET DELETE MERGE MATCHED CREATE REPLACE TABLE"
               + " SCHEMA CATALOG VIEW VOLUME FUNCTION RETURNS RETURN ALTER ADD DROP COLUMN RENAME"
               + " COMMENT GRANT REVOKE TO SHOW CATALOGS SCHEMAS TABLES COLUMNS FUNCTIONS VOLUMES"
               + " GRANTS DESCRIBE HISTORY DETAIL EXTENDED USE OPTIMIZE VACUUM RESTORE VERSION"
               + " TIMESTAMP OF CLUSTER PROPERTIES count sum avg min max coalesce current_user"
               + " current_date current_timestamp date_trunc")
              .split(" "));

  private final CatalogNames names;
  private final SqlSession session;

  NameCompleter(CatalogNames names, SqlSession session) {
    this.names = names;
    this.session = session;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String word = line.word();
    for (String text : offered(line.line(), word)) {
      // a blank follows words, but not names, after which a point may come
      boolean isWord = WORDS.contains(text) || WORDS.contains(text.toUpperCase(Locale.ROOT));
      candidates.add(new Candidate(text, text, null, null, null, null, isWord));
    }
  }

  /** What may stand where the word begins. */
  Set<String> offered(String statement, String word) {
    Set<String> found = new LinkedHashSet<>();
    if (word.startsWith("\\")) {
      Directives.NAMES.stream().filter(name -> name.startsWith(word)).forEach(found::add);
      return found;
    }
    int dot = word.lastIndexOf('.');
    String start = word.substring(dot + 1).replace("`", "").toLowerCase(Locale.ROOT);
    String before = word.substring(0, dot + 1);
    within(statement, before)
        .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(start))
        .forEach(name -> found.add(before + quoted(name)));
    if (before.isEmpty() && !word.isEmpty()) {
      boolean small = word.equals(word.toLowerCase(Locale.ROOT));
      WORDS.stream()
          .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(start))
          .map(name -> small ? name.toLowerCase(Locale.ROOT) : name)
          .forEach(found::add);
    }
    return found;
  }

  private Stream<String> within(String statement, String before) {
    List<String> parts =
        Stream.of(before.split("[.]"))
            .map(part -> part.replace("`", ""))
            .filter(part -> !part.isEmpty())
            .toList();
    return switch (parts.size()) {
      case 0 ->
          Stream.of(
                  columns(statement),
                  names.tables(session.catalog(), session.schema()),
                  names.schemas(session.catalog()),
                  names.catalogs())
              .flatMap(List::stream);
      case 1 ->
          Stream.of(
                  names.schemas(parts.get(0)),
                  names.tables(session.catalog(), parts.get(0)),
                  aliased(statement, parts.get(0)))
              .flatMap(List::stream);
      case 2 ->
          Stream.concat(
              names.tables(parts.get(0), parts.get(1)).stream(),
              names.columns(full(parts.get(0) + "." + parts.get(1))).stream());
      default -> names.columns(String.join(".", parts)).stream();
    };
  }

  private List<String> columns(String statement) {
    List<String> found = new ArrayList<>();
    Matcher table = TABLE.matcher(statement);
    while (table.find()) {
      found.addAll(names.columns(full(table.group(1))));
    }
    return found;
  }

  /** The columns of the table that has this alias, or this name. */
  private List<String> aliased(String statement, String alias) {
    Matcher table =
        Pattern.compile(
                "(?i)\\b(?:from|join|into|update)\\s+([\\w.`]+)\\s+(?:as\\s+)?"
                    + Pattern.quote(alias)
                    + "\\b")
            .matcher(statement);
    return names.columns(full(table.find() ? table.group(1) : alias));
  }

  private String full(String name) {
    String plain = name.replace("`", "").replaceAll("[.]+$", "");
    return switch (plain.split("[.]").length) {
      case 1 -> session.catalog() + "." + session.schema() + "." + plain;
      case 2 -> session.catalog() + "." + plain;
      default -> plain;
    };
  }

  private static String quoted(String name) {
    return PLAIN.matcher(name).matches() ? name : '`' + name.replace("`", "``") + '`';
  }
}
