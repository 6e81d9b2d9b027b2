package io.boathouse.serving.endpoint;

import io.boathouse.catalog.identity.SystemCallers;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.auth.Caller;
import java.util.Map;
import java.util.Optional;

/** Tells the catalog which model versions an endpoint answers with, and when that ended. */
public final class DeploymentLineage {
  private final LineageService lineage;
  private final SystemCallers callers;

  public DeploymentLineage(LineageService lineage, SystemCallers callers) {
    this.lineage = lineage;
    this.callers = callers;
  }

  /** From now on this configuration answers, and no other; joins the thread's transaction. */
  void deployed(Caller deployer, Securable endpoint, Deployment deployment) {
    long version = deployment.configVersion();
    lineage.ended(deployer, endpoint.id(), Optional.of(version));
    EndpointConfig config = deployment.config();
    for (ServedEntity entity : config.entities()) {
      lineage.record(
          deployer,
          new LineageNode(
              entity.kind() == ServedEntity.Kind.MODEL ? "MODEL_VERSION" : "FEATURE_SPEC",
              entity.model().toString(),
              Optional.of((long) entity.version())),
          new LineageNode("ENDPOINT", endpoint.name().toString(), Optional.of(version)),
          "DEPLOYED",
          Map.of(
              "served_entity",
              entity.name(),
              "traffic",
              Integer.toString(config.traffic().getOrDefault(entity.name(), 0))));
    }
  }

  /** The endpoint was deleted. */
  void withdrawn(Securable endpoint) {
    lineage.ended(callers.system("serving"), endpoint.id(), Optional.empty());
  }
}
