package io.boathouse.catalog.search;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.PageToken;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads catalog_securable for a search. */
final class SearchRepository {
  private static final String SELECT =
      """
      SELECT s.id, s.type, s.full_name, o.name AS owner, s.comment
      FROM catalog_securable s JOIN catalog_principal o ON o.id = s.owner_id
      WHERE
      """;

  private final Database database;

  SearchRepository(Database database) {
    this.database = database;
  }

  /**
   * Rows in the order of name and type, one more than the page holds.
   *
   * @param words each must be in the name or the comment
   * @param visible what the caller may know of, by type
   */
  List<SearchHit> search(
      List<String> words,
      Map<SecurableType, Authorizer.Visible> visible,
      Optional<PageToken> after,
      int limit) {
    Map<String, Object> values = new HashMap<>();
    List<String> types = new ArrayList<>();
    visible.forEach(
        (type, narrowing) -> {
          String parameter = "type_" + type.name().toLowerCase(Locale.ROOT);
          types.add("(s.type = :" + parameter + " AND (" + narrowing.condition() + "))");
          values.put(parameter, type.name());
          values.putAll(narrowing.parameters());
        });
    StringBuilder sql = new StringBuilder(SELECT).append('(').append(String.join(" OR ", types));
    sql.append(')');
    for (int i = 0; i < words.size(); i++) {
      sql.append(" AND (s.full_name ILIKE :word").append(i);
      sql.append(" OR s.comment ILIKE :word").append(i).append(')');
      values.put("word" + i, "%" + escaped(words.get(i)) + "%");
    }
    after.ifPresent(
        token -> {
          sql.append(" AND (s.full_name, s.type) > (:afterName, :afterType)");
          values.put("afterName", token.keys().get(0));
          values.put("afterType", token.keys().get(1));
        });
    sql.append(" ORDER BY s.full_name, s.type LIMIT :limit");
    values.put("limit", limit);
    return database.read(
        handle ->
            handle
                .createQuery(sql.toString())
                .bindMap(values)
                .map((row, context) -> hit(row))
                .list());
  }

  private static String escaped(String word) {
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }

  private static SearchHit hit(ResultSet row) throws SQLException {
    SecurableType type = SecurableType.valueOf(row.getString("type"));
    return new SearchHit(
        row.getObject("id", UUID.class),
        type,
        FullName.parse(type, row.getString("full_name")),
        row.getString("owner"),
        Optional.ofNullable(row.getString("comment")));
  }
}
