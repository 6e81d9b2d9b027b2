package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.relation.ViewService;
import io.boathouse.catalog.relation.ViewText;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.Tag;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.catalog.tag.TaggedEntity;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.Filling;
import io.boathouse.table.write.TableService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** DESCRIBE TABLE and SHOW CREATE, of tables and views. */
final class DescribeStatements {
  private final RelationService relations;
  private final ViewService views;
  private final TagService tags;
  private final TableService tables;

  DescribeStatements(
      RelationService relations, ViewService views, TagService tags, TableService tables) {
    this.relations = relations;
    this.views = views;
    this.tags = tags;
    this.tables = tables;
  }

  void describe(Context context, List<String> path, boolean extended) {
    Relation relation = relations.get(context.caller(), context.table(path));
    RowSink sink = context.sink();
    sink.columns(ListingStatements.texts("col_name", "data_type", "comment"));
    List<List<String>> rows = new ArrayList<>();
    for (RelationColumn column : relation.columns()) {
      rows.add(List.of(column.name(), column.typeText(), column.comment().orElse("")));
    }
    if (extended) {
      rows.add(List.of("", "", ""));
      rows.add(List.of("# Detailed Table Information", "", ""));
      details(context, relation).forEach((key, value) -> rows.add(List.of(key, value, "")));
    }
    boolean more = true;
    for (List<String> row : rows) {
      more = more && sink.row(List.copyOf(row));
    }
  }

  private Map<String, String> details(Context context, Relation relation) {
    Securable securable = relation.securable();
    Map<String, String> details = new LinkedHashMap<>();
    details.put("Name", securable.name().toString());
    details.put("Type", relation.kind().name());
    details.put("Owner", securable.owner());
    details.put("Comment", securable.comment().orElse(""));
    details.put("Created Time", securable.createdAt().toString());
    details.put("Created By", securable.createdBy());
    if (relation.kind() == Relation.Kind.VIEW) {
      views
          .shown(context.caller(), relation)
          .ifPresent(
              text -> {
                details.put("View Text", text.sql());
                details.put(
                    "View Catalog and Namespace",
                    text.defaultCatalog() + "." + text.defaultSchema());
              });
      details.put("Table Properties", pairs(securable.properties()));
    }
    String own = tags(context, TaggedEntity.of(SecurableType.TABLE, securable.name()));
    if (!own.isEmpty()) {
      details.put("Tags", own);
    }
    for (RelationColumn column : relation.columns()) {
      String its = tags(context, TaggedEntity.column(securable.name(), column.name()));
      if (!its.isEmpty()) {
        details.put("Tags of " + column.name(), its);
      }
    }
    return details;
  }

  private String tags(Context context, TaggedEntity entity) {
    return pairs(
        tags.list(context.caller(), entity, new PageRequest(100, Optional.empty())).items().stream()
            .collect(Collectors.toMap(Tag::key, Tag::value)));
  }

  private static String pairs(Map<String, String> pairs) {
    return pairs.isEmpty()
        ? ""
        : new TreeMap<>(pairs)
            .entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining(",", "[", "]"));
  }

  void showCreate(Context context, List<String> path) {
    Relation relation = relations.get(context.caller(), context.table(path));
    StringBuilder text = new StringBuilder();
    if (relation.kind() == Relation.Kind.VIEW) {
      view(context, relation, text);
    } else {
      table(context, relation, text);
    }
    context.sink().columns(ListingStatements.texts("createtab_stmt"));
    boolean unused = context.sink().row(List.of(text.toString()));
  }

  private void view(Context context, Relation view, StringBuilder text) {
    ViewText query =
        views
            .shown(context.caller(), view)
            .orElseThrow(() -> StatementErrors.queryHidden(view.securable().name().toString()));
    text.append("CREATE VIEW ").append(name(view)).append(" (\n  ");
    text.append(
        view.columns().stream()
            .map(column -> quoted(column.name()) + comment(column.comment()))
            .collect(Collectors.joining(",\n  ")));
    text.append(")\n");
    options(view.securable(), view.securable().properties(), text);
    text.append("AS ").append(query.sql()).append('\n');
  }

  private void table(Context context, Relation table, StringBuilder text) {
    text.append("CREATE TABLE ").append(name(table)).append(" (\n  ");
    text.append(
        tables.schema(context.caller(), table.securable().name()).columns().stream()
            .map(DescribeStatements::column)
            .collect(Collectors.joining(",\n  ")));
    text.append(")\nUSING delta\n");
    List<String> partitions =
        table.columns().stream()
            .filter(column -> column.partitionIndex().isPresent())
            .sorted(Comparator.comparing(column -> column.partitionIndex().orElse(0)))
            .map(column -> quoted(column.name()))
            .toList();
    if (!partitions.isEmpty()) {
      text.append("PARTITIONED BY (").append(String.join(", ", partitions)).append(")\n");
    }
    options(table.securable(), table.securable().properties(), text);
  }

  private static String column(Column column) {
    String filling =
        column
            .filling()
            .map(
                one ->
                    switch (one) {
                      case Filling.Default value -> " DEFAULT " + value.expression();
                      case Filling.Generated value ->
                          " GENERATED ALWAYS AS (" + value.expression() + ")";
                      case Filling.Identity identity ->
                          " GENERATED %s AS IDENTITY (START WITH %d INCREMENT BY %d)"
                              .formatted(
                                  identity.explicit() ? "BY DEFAULT" : "ALWAYS",
                                  identity.start(),
                                  identity.step());
                    })
            .orElse("");
    return quoted(column.name())
        + " "
        + column.type().text().toUpperCase(Locale.ROOT)
        + (column.nullable() ? "" : " NOT NULL")
        + filling
        + comment(column.comment());
  }

  private static void options(
      Securable securable, Map<String, String> properties, StringBuilder text) {
    securable
        .comment()
        .ifPresent(note -> text.append("COMMENT ").append(literal(note)).append('\n'));
    if (!properties.isEmpty()) {
      text.append("TBLPROPERTIES (\n  ");
      text.append(
          new TreeMap<>(properties)
              .entrySet().stream()
                  .map(one -> literal(one.getKey()) + " = " + literal(one.getValue()))
                  .collect(Collectors.joining(",\n  ")));
      text.append(")\n");
    }
  }

  private static String comment(Optional<String> comment) {
    return comment.map(text -> " COMMENT " + literal(text)).orElse("");
  }

  private static String name(Relation relation) {
    return relation.securable().name().parts().stream()
        .map(DescribeStatements::quoted)
        .collect(Collectors.joining("."));
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** As Databricks quotes names, where they need it. */
  private static String quoted(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : "`" + name.replace("`", "``") + "`";
  }
}
