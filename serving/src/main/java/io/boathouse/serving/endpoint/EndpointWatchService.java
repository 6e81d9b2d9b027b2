package io.boathouse.serving.endpoint;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.serving.inference.EntityLog;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells how endpoints fare: their meters and the logs of what they serve. Thread-safe; every method
 * blocks on the metadata database.
 */
public final class EndpointWatchService {
  private final Authorizer authorizer;
  private final EndpointService endpoints;
  private final Deployments.Watch watch;
  private final int slots;

  /**
   * @param slots how many requests an endpoint takes at once
   */
  public EndpointWatchService(
      Authorizer authorizer, EndpointService endpoints, Deployments.Watch watch, int slots) {
    this.authorizer = authorizer;
    this.endpoints = endpoints;
    this.watch = watch;
    this.slots = slots;
  }

  /**
   * An endpoint's meters since the server's start, in Prometheus' text format.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, or PERMISSION_DENIED without
   *     CAN_VIEW
   */
  public String metrics(Caller caller, String endpoint) {
    Securable securable = require(caller, Privilege.CAN_VIEW, endpoint);
    String name = securable.name().name();
    return EndpointMetricsText.of(
        name, watch.meters().of(name), slots, watch.residency().budget().usesOf(securable.id()));
  }

  /**
   * The newest lines of what happened to a served entity since the server's start.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the endpoint serves nothing of
   *     that name, or PERMISSION_DENIED without CAN_MANAGE
   */
  public String log(Caller caller, String endpoint, String served) {
    return find(caller, endpoint, served).map(EntityLog::text).orElse("");
  }

  /** Only the lines about loading it; errors as {@link #log}. */
  public String loadingLog(Caller caller, String endpoint, String served) {
    return find(caller, endpoint, served).map(EntityLog::loadingText).orElse("");
  }

  private Optional<EntityLog> find(Caller caller, String endpoint, String served) {
    Securable securable = require(caller, Privilege.CAN_MANAGE, endpoint);
    EndpointState state = endpoints.get(caller, endpoint).state();
    List<String> names =
        Stream.of(state.active(), state.pending())
            .flatMap(Optional::stream)
            .flatMap(deployment -> deployment.config().entities().stream())
            .map(ServedEntity::name)
            .distinct()
            .toList();
    Optional<EntityLog> found = watch.logs().find(securable.id(), served);
    if (found.isEmpty() && !names.contains(served)) {
      throw EndpointErrors.noSuchEntity(endpoint, served, names);
    }
    return found;
  }

  private Securable require(Caller caller, Privilege privilege, String endpoint) {
    return authorizer.require(
        caller, privilege, SecurableType.SERVING_ENDPOINT, FullName.verbatim(endpoint));
  }
}
