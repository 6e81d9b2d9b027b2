package io.boathouse.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.serving.endpoint.EndpointService;
import io.boathouse.serving.endpoint.QueryableEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.scale.ScaledModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The model repository extension of the Open Inference Protocol (triton-inference-server/server,
 * docs/protocol/extension_model_repository.md). A model is an endpoint; which versions it has is
 * said in its configuration, and loading brings those into memory and no others.
 */
record ModelRepository(EndpointService endpoints) {
  /** One version of a model, and whether it is in memory. */
  record Entry(String name, String version, String state, String reason) {
    boolean sameVersion(Entry other) {
      return name.equals(other.name) && version.equals(other.version);
    }
  }

  /**
   * @param readyOnly leaves out what is not in memory
   */
  List<Entry> index(Caller caller, boolean readyOnly) {
    List<Entry> entries = new ArrayList<>();
    for (QueryableEndpoint endpoint : endpoints.listQueryable(caller)) {
      for (LiveEntity entity : endpoint.live().entities()) {
        Entry entry = entry(endpoint.live().name(), entity);
        if ((!readyOnly || entry.state().equals("READY"))
            && entries.stream().noneMatch(entry::sameVersion)) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  private static Entry entry(String name, LiveEntity entity) {
    String version = Integer.toString(entity.version());
    return switch (entity.scaled().map(ScaledModel::state).orElse(ScaledModel.State.READY)) {
      case READY, CLOSED -> new Entry(name, version, "READY", "");
      case LOADING -> new Entry(name, version, "LOADING", "");
      case ASLEEP -> new Entry(name, version, "UNAVAILABLE", "scaled to zero");
      case PARKED -> new Entry(name, version, "UNAVAILABLE", "unloaded");
    };
  }

  void load(Caller caller, String model) {
    endpoints.loadModels(caller, model);
  }

  void unload(Caller caller, String model) {
    endpoints.unloadModels(caller, model);
  }

  /** A model comes only from the registry, so a request brings no files and no configuration. */
  static void requireNoFiles(JsonNode body) {
    body.path("parameters").fieldNames().forEachRemaining(ModelRepository::requireKnown);
  }

  static void requireKnown(String parameter) {
    if (!parameter.equals("unload_dependents")) {
      throw ProtocolErrors.repositoryParameter(parameter);
    }
  }
}
