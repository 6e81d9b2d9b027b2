package io.boathouse.sql.grammar;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A statement as written. Names are lists of one to three parts, from the outermost; what is
 * missing comes from the defaults of whoever runs it.
 */
public sealed interface Statement {

  /** The kind in upper-case words, for history and audit. */
  String kind();

  /**
   * A query, in the engine's dialect and not looked into here.
   *
   * @param text from its first token to its last, with quotes that the engine knows
   */
  record Query(String text) implements Statement {
    @Override
    public String kind() {
      return "SELECT";
    }
  }

  /** CREATE CATALOG. */
  record CreateCatalog(String name, boolean ifNotExists, Optional<String> comment)
      implements Statement {
    @Override
    public String kind() {
      return "CREATE CATALOG";
    }
  }

  /** CREATE SCHEMA. */
  record CreateSchema(List<String> name, boolean ifNotExists, Optional<String> comment)
      implements Statement {
    public CreateSchema {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "CREATE SCHEMA";
    }
  }

  /**
   * CREATE TABLE, with columns, or with a query, never with both; with neither, of what lies at the
   * location.
   *
   * @param query the rows of CREATE TABLE … AS
   */
  record CreateTable(
      List<String> name,
      Existing existing,
      List<ColumnDefinition> columns,
      TableOptions options,
      Optional<Query> query,
      List<PolicyClause> policies)
      implements Statement {
    public CreateTable {
      name = List.copyOf(name);
      columns = List.copyOf(columns);
      policies = List.copyOf(policies);
    }

    @Override
    public String kind() {
      return query.isPresent() ? "CREATE TABLE AS SELECT" : "CREATE TABLE";
    }
  }

  /** What happens when the name of a new table is taken. */
  enum Existing {
    FAIL,
    KEEP,
    REPLACE
  }

  /**
   * What follows the columns of CREATE TABLE.
   *
   * @param partitionedBy column names
   * @param clusteredBy column names
   */
  record TableOptions(
      List<String> partitionedBy,
      List<String> clusteredBy,
      Optional<String> comment,
      Map<String, String> properties,
      Optional<String> location) {
    public TableOptions {
      partitionedBy = List.copyOf(partitionedBy);
      clusteredBy = List.copyOf(clusteredBy);
      properties = Map.copyOf(properties);
    }
  }

  /**
   * A column of CREATE TABLE.
   *
   * @param type as written, such as {@code decimal(10,2)}
   */
  record ColumnDefinition(
      String name,
      String type,
      boolean nullable,
      Optional<String> comment,
      Optional<ColumnFilling> filling) {
    /** A column that nothing fills. */
    public ColumnDefinition(String name, String type, boolean nullable, Optional<String> comment) {
      this(name, type, nullable, comment, Optional.empty());
    }
  }

  /** What a column gets where a row does not say. */
  sealed interface ColumnFilling {
    /** DEFAULT. */
    record Default(Expression value) implements ColumnFilling {}

    /** GENERATED ALWAYS AS an expression. */
    record Generated(Expression value) implements ColumnFilling {}

    /**
     * GENERATED … AS IDENTITY.
     *
     * @param explicit whether BY DEFAULT stands there, so that rows may bring their own
     */
    record Identity(long start, long step, boolean explicit) implements ColumnFilling {}
  }

  /**
   * INSERT.
   *
   * @param columns the target columns in the order of the query's; empty for the table's own order
   * @param byName whether the query's column names say which column is which
   * @param overwrite whether the rows replace what is there
   * @param replaceWhere which rows of the table they replace
   * @param evolving whether the table gets the columns that the query has and it lacks
   */
  record Insert(
      List<String> name,
      List<String> columns,
      boolean byName,
      boolean overwrite,
      Optional<Expression> replaceWhere,
      boolean evolving,
      Query query)
      implements Statement {
    public Insert {
      name = List.copyOf(name);
      columns = List.copyOf(columns);
    }

    @Override
    public String kind() {
      return overwrite ? "INSERT OVERWRITE" : "INSERT";
    }
  }

  /**
   * An expression, in the engine's dialect and not looked into here.
   *
   * @param text from its first token to its last
   */
  record Expression(String text) {}

  /** The table that a statement changes. */
  record Target(List<String> name, Optional<String> alias) {
    public Target {
      name = List.copyOf(name);
    }

    /** The name by which expressions mean the table. */
    public String called() {
      return alias.orElse(name.getLast());
    }
  }

  /** DELETE. */
  record Delete(Target target, Optional<Expression> where) implements Statement {
    @Override
    public String kind() {
      return "DELETE";
    }
  }

  /** UPDATE. */
  record Update(Target target, List<MergeClause.Assignment> assignments, Optional<Expression> where)
      implements Statement {
    public Update {
      assignments = List.copyOf(assignments);
    }

    @Override
    public String kind() {
      return "UPDATE";
    }
  }

  /**
   * MERGE.
   *
   * @param sourceAlias the name by which expressions mean the source
   * @param evolving whether the table gets the columns that the source has and it lacks
   */
  record Merge(
      Target target,
      Query source,
      String sourceAlias,
      Expression on,
      List<MergeClause> clauses,
      boolean evolving)
      implements Statement {
    public Merge {
      clauses = List.copyOf(clauses);
    }

    @Override
    public String kind() {
      return "MERGE";
    }
  }

  /**
   * COPY INTO.
   *
   * @param from a file or folder
   * @param files the names below it that are meant; empty for all
   * @param pattern of the names that are meant
   * @param format how files are read, by option
   * @param copy how they are loaded, by option
   */
  record CopyInto(
      List<String> name,
      String from,
      String fileFormat,
      List<String> files,
      Optional<String> pattern,
      Map<String, String> format,
      Map<String, String> copy)
      implements Statement {
    public CopyInto {
      name = List.copyOf(name);
      files = List.copyOf(files);
      format = Map.copyOf(format);
      copy = Map.copyOf(copy);
    }

    @Override
    public String kind() {
      return "COPY INTO";
    }
  }

  /** ALTER TABLE. */
  record AlterTable(List<String> name, TableAlterationClause clause) implements Statement {
    public AlterTable {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "ALTER TABLE";
    }
  }

  /**
   * CREATE FUNCTION.
   *
   * @param returns a type as written
   */
  record CreateFunction(
      List<String> name,
      Existing existing,
      List<Parameter> parameters,
      String returns,
      boolean deterministic,
      Optional<String> comment,
      Expression body)
      implements Statement {
    /** A parameter. @param type as written */
    public record Parameter(String name, String type, Optional<String> comment) {}

    public CreateFunction {
      name = List.copyOf(name);
      parameters = List.copyOf(parameters);
    }

    @Override
    public String kind() {
      return "CREATE FUNCTION";
    }
  }

  /**
   * DROP of a catalog, schema, table or function.
   *
   * @param purge so that it cannot be had back
   */
  record Drop(ObjectType type, List<String> name, boolean ifExists, boolean cascade, boolean purge)
      implements Statement {
    public Drop {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "DROP " + type;
    }
  }

  /**
   * UNDROP TABLE.
   *
   * @param id the table's, instead of its name
   */
  record Undrop(List<String> name, Optional<UUID> id) implements Statement {
    public Undrop {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "UNDROP TABLE";
    }
  }

  /** SHOW TABLES DROPPED. @param in the schema; empty for the default one */
  record ShowDropped(List<String> in) implements Statement {
    public ShowDropped {
      in = List.copyOf(in);
    }

    @Override
    public String kind() {
      return "SHOW TABLES DROPPED";
    }
  }

  /**
   * SHOW CATALOGS, SCHEMAS or TABLES.
   *
   * @param type what is listed
   * @param in the container; empty for the default one
   * @param like a pattern over names with {@code *} and {@code %} for any text
   */
  record Show(ObjectType type, List<String> in, Optional<String> like) implements Statement {
    public Show {
      in = List.copyOf(in);
    }

    @Override
    public String kind() {
      return "SHOW " + type + "S";
    }
  }

  /** DESCRIBE of a catalog, schema or table. */
  record Describe(ObjectType type, List<String> name, boolean extended) implements Statement {
    public Describe {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "DESCRIBE " + type;
    }
  }

  /** What decides who may see what. */
  sealed interface OfAccess extends Statement permits AccessStatement {}

  /** What keeps a table in shape, or tells its shape. */
  sealed interface OfMaintenance extends Statement permits MaintenanceStatement {}

  /** What makes, changes and tells views. */
  sealed interface OfViews extends Statement permits ViewStatement {}

  /** What tells and changes what is said of things: comments, owners, tags. */
  sealed interface OfDescriptions extends Statement permits DescriptionStatement {}

  /** What changes a session. */
  sealed interface OfSession extends Statement permits SessionStatement {}

  /** What tells of many names at once. */
  sealed interface OfMetadata extends Statement permits Listing {}

  /** The kinds of things that statements name. */
  enum ObjectType {
    METASTORE,
    CATALOG,
    SCHEMA,
    TABLE,
    VOLUME,
    FUNCTION,
    MODEL,
    EXPERIMENT,
    SERVING_ENDPOINT
  }
}
