package io.boathouse.catalog.information;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.information.InformationRows.Column;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs the queries of information_schema over the catalog's own tables. */
final class InformationRepository {
  private static final String IN_CATALOG =
      """
      ((:catalog = '' OR split_part(s.full_name, '.', 1) = :catalog) AND (NARROWING))
      """;

  /** Whoever the caller is or belongs to, in the narrowing of those who do not see all. */
  private static final String STANDING = "visible_standing";

  private static final String MANAGED =
      """
      (s.owner_id = ANY(:visible_standing)
       OR EXISTS (SELECT 1 FROM catalog_securable above
         WHERE above.id = ANY(s.ancestors) AND above.owner_id = ANY(:visible_standing))
       OR EXISTS (SELECT 1 FROM catalog_grant managing
         WHERE managing.privilege = 'MANAGE' AND managing.principal_id = ANY(:visible_standing)
           AND (managing.securable_id = s.id OR managing.securable_id = ANY(s.ancestors))))
      """;

  private final Database database;

  InformationRepository(Database database) {
    this.database = database;
  }

  /**
   * @param catalog empty for all
   */
  InformationRows rows(InformationRelation relation, Authorizer.Visible visible, String catalog) {
    boolean everything = !visible.parameters().containsKey(STANDING); // an administrator sees all
    String sql =
        relation
            .sql()
            .replace("VISIBLE", IN_CATALOG.replace("NARROWING", visible.condition()))
            .replace("MANAGED", everything ? "TRUE" : MANAGED);
    return database.read(
        handle ->
            handle
                .createQuery(sql)
                .bindMap(everything ? Map.of(STANDING, new UUID[0]) : visible.parameters())
                .bind("catalog", catalog)
                .scanResultSet((rows, context) -> read(rows.get())));
  }

  private static InformationRows read(ResultSet rows) throws SQLException {
    ResultSetMetaData data = rows.getMetaData();
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= data.getColumnCount(); i++) {
      columns.add(new Column(data.getColumnLabel(i), type(data.getColumnType(i))));
    }
    List<List<@Nullable Object>> all = new ArrayList<>();
    while (rows.next()) {
      List<@Nullable Object> row = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        row.add(value(rows, i + 1, columns.get(i).type()));
      }
      all.add(row);
    }
    return new InformationRows(columns, all);
  }

  private static InformationRows.Type type(int sqlType) {
    return switch (sqlType) {
      case Types.INTEGER -> InformationRows.Type.INTEGER;
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> InformationRows.Type.TIMESTAMP;
      default -> InformationRows.Type.TEXT;
    };
  }

  private static @Nullable Object value(ResultSet rows, int column, InformationRows.Type type)
      throws SQLException {
    return switch (type) {
      case TEXT -> rows.getString(column);
      case INTEGER -> rows.getObject(column, Integer.class);
      case TIMESTAMP -> {
        @Nullable OffsetDateTime at = rows.getObject(column, OffsetDateTime.class);
        yield at == null ? null : at.toInstant().toString();
      }
    };
  }
}
