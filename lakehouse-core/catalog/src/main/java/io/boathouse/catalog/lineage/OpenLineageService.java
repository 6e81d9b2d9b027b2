package io.boathouse.catalog.lineage;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.OpenLineageEvent.Dataset;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes in what others did with our tables. Nobody claims more than they may do: an event is taken
 * whole or not at all, with MODIFY on each table that it says was written, and SELECT on each that
 * it says was read. Thread-safe; blocks on the metadata database.
 */
public final class OpenLineageService {
  static final String HOW = "OPENLINEAGE";

  private final Database database;
  private final Governance governance;
  private final LineageService lineage;
  private final String namespace;

  /** What decides and records. */
  public record Governance(Authorizer authorizer, AuditLog audit) {}

  /**
   * @param namespace whose datasets are our tables
   */
  public OpenLineageService(
      Database database, Governance governance, LineageService lineage, String namespace) {
    this.database = database;
    this.governance = governance;
    this.lineage = lineage;
    this.namespace = namespace;
  }

  /**
   * Keeps what a completed run made of what. Other events are looked at and kept nowhere.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND or PERMISSION_DENIED as the
   *     authorizer says of a table that the event names
   */
  void accept(Caller caller, OpenLineageEvent event) {
    List<LineageNode> sources =
        event.inputs().stream().map(input -> node(caller, Privilege.SELECT, input)).toList();
    List<LineageNode> targets =
        event.outputs().stream().map(output -> node(caller, Privilege.MODIFY, output)).toList();
    if (!event.isComplete() || event.runId().isEmpty() || sources.isEmpty()) {
      return;
    }
    database.useTransaction(
        () -> {
          for (int i = 0; i < targets.size(); i++) {
            record(caller, event, sources, targets.get(i), event.outputs().get(i));
          }
        });
  }

  private void record(
      Caller caller,
      OpenLineageEvent event,
      List<LineageNode> sources,
      LineageNode target,
      Dataset output) {
    boolean ours =
        LineageEvents.isTable(target) || sources.stream().anyMatch(LineageEvents::isTable);
    if (!ours) {
      return; // it has nothing to do with us
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("producer", event.producer());
    details.put("job", event.job().orElse(""));
    details.put("run", event.runId().orElse(""));
    details.put("event_time", event.time().toString());
    governance.audit().recorded(caller, "CLAIM_LINEAGE", claim(sources, target, details));
    lineage.record(
        caller,
        new LineageFact(
            sources,
            target,
            HOW,
            details,
            flows(output),
            Optional.of(
                new LineageEntity(
                    "OPENLINEAGE_JOB", event.job().orElse(""), event.runId(), Optional.empty()))));
  }

  /** As the audit tells it; any number of tables may have been read. */
  private static Map<String, String> claim(
      List<LineageNode> sources, LineageNode target, Map<String, String> details) {
    Map<String, String> claim = new LinkedHashMap<>(details);
    claim.put("target", target.name());
    claim.put("sources", String.join(",", sources.stream().map(LineageNode::name).toList()));
    return claim;
  }

  private List<ColumnFlow> flows(Dataset output) {
    List<ColumnFlow> flows = new ArrayList<>();
    for (OpenLineageEvent.Field field : output.fields()) {
      if (isOurs(field.namespace())) {
        flows.add(new ColumnFlow(name(field.dataset()), field.source(), Optional.of(field.name())));
      }
    }
    return flows;
  }

  private LineageNode node(Caller caller, Privilege privilege, Dataset dataset) {
    if (!isOurs(dataset.namespace())) {
      return new LineageNode(
          "DATASET", dataset.namespace() + "/" + dataset.name(), Optional.empty());
    }
    FullName name = name(dataset.name());
    var table = governance.authorizer().require(caller, privilege, SecurableType.TABLE, name);
    return new LineageNode("TABLE", table.name().toString(), Optional.empty());
  }

  private boolean isOurs(String other) {
    return other.toLowerCase(Locale.ROOT).equals(namespace.toLowerCase(Locale.ROOT));
  }

  private static FullName name(String dataset) {
    return FullName.parse(SecurableType.TABLE, dataset);
  }
}
