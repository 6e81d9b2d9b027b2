package io.boathouse.catalog.policy;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.function.FunctionDefinition;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Remembered;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Row filters and column masks: which a table has, and who may change them. They hold for
 * everybody, the owner of the table and administrators included. Every door that hands out what a
 * table holds asks {@link #of} and applies all it says, or asks {@link #requireNone}. Thread-safe;
 * every method blocks on the metadata database.
 */
public final class PolicyService {
  private static final int MOST_KNOWN = 50_000;

  private final Database database;
  private final Governance governance;
  private final InstantSource clock;
  private final PolicyRepository repository;
  private final AttributePolicies attributes;
  private final Remembered<Asked, TablePolicies> known;

  private record Asked(UUID principal, UUID table) {}

  /** What decides, names and records. */
  public record Governance(
      RelationService relations,
      FunctionCalls functions,
      Authorizer authorizer,
      Memberships memberships,
      PolicyChanges changes,
      AuditLog audit) {}

  public PolicyService(Database database, Governance governance, InstantSource clock) {
    this.database = database;
    this.governance = governance;
    this.clock = clock;
    this.repository = new PolicyRepository(database);
    this.attributes = new AttributePolicies(database, governance.memberships());
    this.known = new Remembered<>(governance.changes().stamp(), MOST_KNOWN);
  }

  /** The policies of a table that apply to a caller. Asks for no right on the table. */
  public TablePolicies of(Caller caller, Securable table) {
    return known
        .find(
            new Asked(caller.principalId(), table.id()),
            asked ->
                Optional.of(
                    merged(
                        table.id(), attributes.added(caller, table, repository.find(table.id())))))
        .orElseThrow();
  }

  private TablePolicies merged(UUID table, List<PolicyRepository.Row> rows) {
    if (rows.isEmpty()) {
      return TablePolicies.none(table);
    }
    Optional<PolicyFunction> filter = Optional.empty();
    Map<String, PolicyFunction> masks = new HashMap<>();
    for (PolicyRepository.Row row : rows) {
      if (row.column().isPresent()) {
        masks.put(row.column().get(), row.function());
      } else {
        filter = Optional.of(row.function());
      }
    }
    return new TablePolicies(table, filter, masks, version(rows));
  }

  /** Whether a policy of its own or of something above may hide from anybody what is in a table. */
  public boolean guards(Caller caller, Securable table) {
    return !repository.find(table.id()).isEmpty() || !attributes.above(table).isEmpty();
  }

  /** The policies that were set on the table itself; needs MANAGE on it. */
  public TablePolicies own(Caller caller, FullName table) {
    UUID id = table(caller, table).securable().id();
    return merged(id, repository.find(id));
  }

  /**
   * Refuses a table that has any policy, for a door that hands out its files or rows as they are.
   *
   * @param door in words that end a sentence, such as "access to its files"
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED with the reason {@link
   *     PolicyErrors#DOOR_CLOSED}
   */
  public void requireNone(Caller caller, Securable table, String door) {
    if (!of(caller, table).isEmpty()) {
      governance.audit().denied(caller, "READ_PAST_POLICY", table.name().toString(), door);
      throw PolicyErrors.doorClosed(table.name(), door);
    }
  }

  /**
   * Refuses a table that has any policy to whoever may not change it, for a door that tells of rows
   * before the policies, such as their number.
   *
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED as {@link #requireNone}
   */
  public void requireNoneOrManage(Caller caller, Securable table, String door) {
    boolean open =
        of(caller, table).isEmpty()
            || governance.authorizer().allows(caller, Privilege.MANAGE, table);
    if (!open) {
      governance.audit().denied(caller, "READ_PAST_POLICY", table.name().toString(), door);
      throw PolicyErrors.needsManage(table.name(), door);
    }
  }

  /**
   * Demands MANAGE on whatever above a table has a policy for tables below it: only then may
   * somebody take away all that the table's rows are hidden by.
   */
  public void requireManageAbove(Caller caller, Securable table) {
    for (AttributePolicy policy : attributes.above(table)) {
      Securable unused =
          governance
              .authorizer()
              .require(caller, Privilege.MANAGE, policy.on().type(), policy.on().name());
    }
  }

  /**
   * Lets a table show only rows for which a function is true, in place of any other row filter.
   * Needs MANAGE on the table and EXECUTE on the function.
   *
   * @param arguments columns of the table
   */
  public void setRowFilter(
      Caller caller, FullName table, FullName function, List<String> arguments) {
    database.useTransaction(
        () -> {
          Relation relation = table(caller, table);
          PolicyFunction policy = function(caller, relation, function, arguments);
          SqlFunction sql = sql(governance.functions().require(caller, function));
          if (!sql.returns().trim().equalsIgnoreCase("boolean")) {
            throw PolicyErrors.notBoolean(function, sql.returns());
          }
          repository.setFilter(relation.securable().id(), policy, setting(caller));
          changed(caller, "SET_ROW_FILTER", relation, about(policy));
          governance.changes().set(relation.securable().id());
        });
  }

  /**
   * Lets a table show all rows; needs MANAGE on it.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if it has no row filter
   */
  public void dropRowFilter(Caller caller, FullName table) {
    database.useTransaction(
        () -> {
          Relation relation = table(caller, table);
          if (!repository.dropFilter(relation.securable().id())) {
            throw PolicyErrors.noRowFilter(table);
          }
          changed(caller, "DROP_ROW_FILTER", relation, Map.of());
        });
  }

  /**
   * Shows a column through a function, in place of any other mask. Needs MANAGE on the table and
   * EXECUTE on the function.
   *
   * @param others columns that the function gets after the masked one
   */
  public void setMask(
      Caller caller, FullName table, String column, FullName function, List<String> others) {
    database.useTransaction(
        () -> {
          Relation relation = table(caller, table);
          List<String> arguments = new ArrayList<>(List.of(column));
          arguments.addAll(others);
          PolicyFunction policy = function(caller, relation, function, arguments);
          String masked = policy.arguments().getFirst();
          repository.setMask(relation.securable().id(), masked, policy, setting(caller));
          Map<String, String> about = new HashMap<>(about(policy));
          about.put("column", masked);
          changed(caller, "SET_COLUMN_MASK", relation, about);
          governance.changes().set(relation.securable().id());
        });
  }

  /**
   * Shows a column as it is; needs MANAGE on the table.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the column has no mask
   */
  public void dropMask(Caller caller, FullName table, String column) {
    database.useTransaction(
        () -> {
          Relation relation = table(caller, table);
          if (!repository.dropMask(relation.securable().id(), column)) {
            throw PolicyErrors.noMask(table, column);
          }
          changed(caller, "DROP_COLUMN_MASK", relation, Map.of("column", column));
        });
  }

  /** Refuses a function that tables have as a policy, whoever asks. */
  @SuppressWarnings("unused")
  public void requireUnused(Caller caller, Securable function) {
    int tables = repository.uses(function.id());
    if (tables > 0) {
      throw PolicyErrors.functionInUse(function.name(), tables);
    }
  }

  private Relation table(Caller caller, FullName table) {
    Relation relation = governance.relations().require(caller, Privilege.MANAGE, table);
    if (relation.kind() == Relation.Kind.VIEW) {
      throw PolicyErrors.notATable(table);
    }
    return relation;
  }

  private PolicyFunction function(
      Caller caller, Relation relation, FullName name, List<String> arguments) {
    FunctionDefinition function = governance.functions().require(caller, name);
    int parameters = sql(function).parameters().size();
    if (parameters != arguments.size()) {
      throw PolicyErrors.wrongArguments(name, parameters, arguments.size());
    }
    return new PolicyFunction(
        function.securable().id(),
        function.securable().name(),
        arguments.stream().map(column -> column(relation, column)).toList());
  }

  private static SqlFunction sql(FunctionDefinition function) {
    return SqlFunction.of(function)
        .orElseThrow(() -> PolicyErrors.notSql(function.securable().name()));
  }

  /** The column's name as the table spells it. */
  private static String column(Relation relation, String name) {
    return relation.columns().stream()
        .map(RelationColumn::name)
        .filter(column -> column.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> PolicyErrors.unknownColumn(relation.securable().name(), name));
  }

  private PolicyRepository.Setting setting(Caller caller) {
    return new PolicyRepository.Setting(
        clock.instant().truncatedTo(ChronoUnit.MICROS), caller.principal());
  }

  private void changed(
      Caller caller, String action, Relation relation, Map<String, String> parameters) {
    governance.changes().stamp().changed();
    governance.audit().changed(caller, action, relation.securable(), parameters);
  }

  private static Map<String, String> about(PolicyFunction policy) {
    return Map.of(
        "function", policy.name().toString(), "columns", String.join(",", policy.arguments()));
  }

  /** Of the policies and of the bodies of their functions. */
  private String version(List<PolicyRepository.Row> rows) {
    StringBuilder text = new StringBuilder();
    for (PolicyRepository.Row row : rows) {
      text.append(row.column().orElse("")).append('\0').append(row.function()).append('\0');
      governance
          .functions()
          .find(row.function().id())
          .ifPresent(function -> text.append(function.definition()).append('\0'));
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
