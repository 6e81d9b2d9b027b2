package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.ResultType;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.Listing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What drivers ask of whole catalogs, in the columns that the Databricks JDBC driver reads. Every
 * listing is narrowed to what the caller may see.
 */
final class MetadataStatements {
  private static final int PAGE = 500;
  private static final List<String> NUMBERS =
      List.of("columnSize", "decimalDigits", "radix", "ordinalPosition", "keySeq");

  private final SecurableService securables;
  private final RelationService relations;

  MetadataStatements(SecurableService securables, RelationService relations) {
    this.securables = securables;
    this.relations = relations;
  }

  void list(Caller caller, Listing listing, NameDefaults defaults, RowSink sink) {
    sink.columns(columns(listing.what()));
    switch (listing.what()) {
      case SCHEMAS -> schemas(caller, listing, sink);
      case TABLES, VIEWS, COLUMNS -> relations(caller, listing, sink);
      case COLUMNS_OF_TABLE -> {
        Relation relation = relations.get(caller, defaults.table(listing.name()));
        boolean unused = true;
        for (RelationColumn column : relation.columns()) {
          unused = unused && sink.row(List.of(column.name()));
        }
      }
      case FUNCTIONS -> functions(caller, listing, sink);
      case TABLE_TYPES -> {
        boolean unused = sink.row(List.of("TABLE")) && sink.row(List.of("VIEW"));
      }
      case KEYS, FOREIGN_KEYS -> {
        Relation unused = relations.get(caller, defaults.table(listing.name()));
      }
      case PROCEDURES -> {
        // there are none
      }
    }
  }

  private static List<ResultColumn> columns(Listing.What what) {
    return switch (what) {
      case SCHEMAS -> named("databaseName", "catalog");
      case TABLES, VIEWS ->
          named("catalogName", "namespace", "tableName", "isTemporary", "tableType", "remarks");
      case COLUMNS ->
          named(
              "catalogName",
              "namespace",
              "tableName",
              "col_name",
              "columnType",
              "columnSize",
              "decimalDigits",
              "radix",
              "isNullable",
              "remarks",
              "ordinalPosition",
              "isAutoIncrement",
              "isGenerated");
      case COLUMNS_OF_TABLE -> named("col_name");
      case FUNCTIONS ->
          named(
              "functionName",
              "catalogName",
              "namespace",
              "functionType",
              "remarks",
              "specificName");
      case PROCEDURES -> named("catalogName", "namespace", "procedureName", "remarks");
      case KEYS ->
          named("catalogName", "namespace", "tableName", "col_name", "keySeq", "constraintName");
      case FOREIGN_KEYS ->
          named(
              "parentCatalogName",
              "parentNamespace",
              "parentTableName",
              "parentColName",
              "catalogName",
              "namespace",
              "tableName",
              "col_name",
              "keySeq",
              "updateRule",
              "deleteRule",
              "constraintName",
              "parentKeyName",
              "deferrability");
      case TABLE_TYPES -> named("TABLE_TYPE");
    };
  }

  private static List<ResultColumn> named(String... names) {
    return Arrays.stream(names)
        .map(
            name ->
                new ResultColumn(
                    name, NUMBERS.contains(name) ? ResultType.integer() : ResultType.STRING))
        .toList();
  }

  private void schemas(Caller caller, Listing listing, RowSink sink) {
    Predicate<String> wanted = NamePattern.of(listing.like().or(listing::schemaLike));
    for (FullName schema : schemas(caller, listing.catalog(), wanted)) {
      if (!sink.row(List.of(schema.name(), schema.catalog()))) {
        return;
      }
    }
  }

  /** Of one catalog, which must be there, or of all. */
  private List<FullName> schemas(
      Caller caller, Optional<String> catalog, Predicate<String> wanted) {
    List<FullName> catalogs =
        catalog
            .map(name -> List.of(securables.get(caller, SecurableType.CATALOG, FullName.of(name))))
            .orElseGet(() -> all(page -> securables.list(caller, SecurableType.CATALOG, page)))
            .stream()
            .map(Securable::name)
            .toList();
    List<FullName> schemas = new ArrayList<>();
    for (FullName one : catalogs) {
      all(page -> securables.list(caller, SecurableType.SCHEMA, one, page)).stream()
          .map(Securable::name)
          .filter(name -> wanted.test(name.name()))
          .forEach(schemas::add);
    }
    return schemas;
  }

  private static <T> List<T> all(Function<PageRequest, Page<T>> listing) {
    List<T> items = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      Page<T> page = listing.apply(new PageRequest(PAGE, token));
      items.addAll(page.items());
      token = page.nextPageToken();
    } while (token.isPresent());
    return items;
  }

  private void relations(Caller caller, Listing listing, RowSink sink) {
    boolean columns = listing.what() == Listing.What.COLUMNS;
    Predicate<String> tables =
        NamePattern.of(columns ? listing.tableLike() : listing.like().or(listing::tableLike));
    Predicate<String> names = NamePattern.of(columns ? listing.like() : Optional.empty());
    Predicate<String> schemas = NamePattern.of(listing.schemaLike());
    for (FullName schema : schemas(caller, listing.catalog(), schemas)) {
      for (Relation relation : all(page -> relations.list(caller, schema, page))) {
        if (tables.test(relation.securable().name().name())
            && !(columns ? columns(relation, names, sink) : table(relation, listing, sink))) {
          return;
        }
      }
    }
  }

  private static boolean table(Relation relation, Listing listing, RowSink sink) {
    boolean view = relation.kind() == Relation.Kind.VIEW;
    if (listing.what() == Listing.What.VIEWS && !view) {
      return true;
    }
    FullName name = relation.securable().name();
    return sink.row(
        List.of(
            name.catalog(),
            name.schema(),
            name.name(),
            "false",
            view ? "VIEW" : "TABLE",
            relation.securable().comment().orElse("")));
  }

  private static boolean columns(Relation relation, Predicate<String> wanted, RowSink sink) {
    FullName name = relation.securable().name();
    for (int i = 0; i < relation.columns().size(); i++) {
      RelationColumn column = relation.columns().get(i);
      if (wanted.test(column.name())) {
        List<@Nullable Object> row = new ArrayList<>();
        row.add(name.catalog());
        row.add(name.schema());
        row.add(name.name());
        row.add(column.name());
        row.add(typeText(column));
        row.add(column.typePrecision().orElse(null));
        row.add(column.typeScale().orElse(null));
        row.add(column.typePrecision().isPresent() ? (Object) 10 : null);
        row.add(Boolean.toString(column.nullable()));
        row.add(column.comment().orElse(""));
        row.add(i);
        row.add("NO");
        row.add("NO");
        if (!sink.row(row)) {
          return false;
        }
      }
    }
    return true;
  }

  /** In capitals, as drivers look types up; the fields of a struct keep their names. */
  private static String typeText(RelationColumn column) {
    String text = column.typeText();
    int nested = text.indexOf('<');
    return nested < 0
        ? text.toUpperCase(Locale.ROOT)
        : text.substring(0, nested).toUpperCase(Locale.ROOT) + text.substring(nested);
  }

  private void functions(Caller caller, Listing listing, RowSink sink) {
    Predicate<String> wanted = NamePattern.of(listing.like());
    for (FullName schema :
        schemas(caller, listing.catalog(), NamePattern.of(listing.schemaLike()))) {
      for (Securable function :
          all(page -> securables.list(caller, SecurableType.FUNCTION, schema, page))) {
        FullName name = function.name();
        boolean more =
            !wanted.test(name.name())
                || sink.row(
                    List.of(
                        name.name(),
                        name.catalog(),
                        name.schema(),
                        "1",
                        function.comment().orElse(""),
                        name.toString()));
        if (!more) {
          return;
        }
      }
    }
  }
}
