package io.boathouse.sql.warehouse;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** SQL warehouse endpoints of the workspace API. */
public final class WarehouseRoutes implements Routes {
  private static final String ROOT = "/api/2.0/sql/warehouses";
  private static final int USUAL_AUTO_STOP = 120;
  private static final Permission ANY =
      Permission.authenticated("CAN_USE on the warehouse; others are not there");
  private static final Permission MANAGE = Permission.privileges("CAN_MANAGE on the warehouse");
  private static final Permission ADMINISTRATOR = Permission.administrator();

  static final Endpoint LIST = new Endpoint(GET, ROOT, "listWarehouses").requires(ANY);
  static final Endpoint READ = new Endpoint(GET, ROOT + "/:id", "getWarehouse").requires(ANY);
  static final Endpoint CREATE =
      new Endpoint(POST, ROOT, "createWarehouse").requires(ADMINISTRATOR);
  static final Endpoint EDIT =
      new Endpoint(POST, ROOT + "/:id/edit", "editWarehouse").requires(MANAGE);
  static final Endpoint START =
      new Endpoint(POST, ROOT + "/:id/start", "startWarehouse").requires(ANY);
  static final Endpoint STOP =
      new Endpoint(POST, ROOT + "/:id/stop", "stopWarehouse").requires(MANAGE);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, ROOT + "/:id", "deleteWarehouse").requires(MANAGE);

  private final WarehouseService warehouses;
  private final WarehouseEngines engines;

  public WarehouseRoutes(WarehouseService warehouses, WarehouseEngines engines) {
    this.warehouses = warehouses;
    this.engines = engines;
  }

  @Override
  public void mount(Api api) {
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(READ, ErrorFormat.DATABRICKS, this::get);
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(EDIT, ErrorFormat.DATABRICKS, this::edit);
    api.handle(START, ErrorFormat.DATABRICKS, this::start);
    api.handle(STOP, ErrorFormat.DATABRICKS, this::stop);
    api.handle(REMOVE, ErrorFormat.DATABRICKS, this::delete);
  }

  record Tag(@JsonProperty("key") String key, @JsonProperty("value") String value) {}

  record Tags(@JsonProperty("custom_tags") Optional<List<Tag>> custom) {}

  record Wanted(
      @JsonProperty("name") Optional<String> name,
      @JsonProperty("cluster_size") Optional<String> size,
      @JsonProperty("max_num_clusters") OptionalInt clusters,
      @JsonProperty("auto_stop_mins") OptionalInt autoStopMinutes,
      @JsonProperty("tags") Optional<Tags> tags) {

    WarehouseDetails toDetails() {
      return WarehouseDetails.of(
          name.orElseThrow(() -> HttpErrors.missingParameter("name")),
          size.map(WarehouseSize::parse).orElse(WarehouseSize.XX_SMALL),
          clusters.orElse(1),
          autoStopMinutes.orElse(USUAL_AUTO_STOP),
          tags.flatMap(Tags::custom).map(Wanted::map).orElse(Map.of()));
    }

    /** What is not said stays as it is. */
    WarehouseDetails changing(WarehouseDetails old) {
      return WarehouseDetails.of(
          name.orElse(old.name()),
          size.map(WarehouseSize::parse).orElse(old.size()),
          clusters.orElse(old.clusters()),
          autoStopMinutes.orElse(old.autoStopMinutes()),
          tags.flatMap(Tags::custom).map(Wanted::map).orElse(old.tags()));
    }

    private static Map<String, String> map(List<Tag> tags) {
      Map<String, String> map = new LinkedHashMap<>();
      tags.forEach(tag -> map.put(tag.key(), tag.value()));
      return map;
    }
  }

  private Reply list(Request request) {
    return Reply.of(
        new Listing(warehouses.list(request.caller()).stream().map(this::shown).toList()));
  }

  private Reply get(Request request) {
    return Reply.of(shown(warehouses.get(request.caller(), id(request))));
  }

  private static String id(Request request) {
    return request.pathParam("id");
  }

  private Reply create(Request request) {
    Warehouse made = warehouses.create(request.caller(), request.json(Wanted.class).toDetails());
    return Reply.of(Map.of("id", made.id()));
  }

  private Reply edit(Request request) {
    Warehouse old = warehouses.get(request.caller(), id(request));
    WarehouseDetails details = request.json(Wanted.class).changing(old.details());
    Warehouse unused = warehouses.update(request.caller(), old.id(), details);
    engines.retire(old.id());
    return Reply.empty();
  }

  private Reply start(Request request) {
    Warehouse unused = warehouses.start(request.caller(), id(request));
    return Reply.empty();
  }

  private Reply stop(Request request) {
    Warehouse stopped = warehouses.stop(request.caller(), id(request));
    engines.retire(stopped.id());
    return Reply.empty();
  }

  private Reply delete(Request request) {
    warehouses.delete(request.caller(), id(request));
    engines.retire(id(request));
    return Reply.empty();
  }

  record Listing(@JsonProperty("warehouses") List<Shown> warehouses) {}

  record Health(@JsonProperty("status") String status) {}

  record OdbcParams(@JsonProperty("path") String path, @JsonProperty("protocol") String protocol) {}

  record ShownTags(@JsonProperty("custom_tags") List<Tag> custom) {}

  record Shown(
      @JsonProperty("id") String id,
      @JsonProperty("name") String name,
      @JsonProperty("state") String state,
      @JsonProperty("cluster_size") String clusterSize,
      @JsonProperty("min_num_clusters") int minClusters,
      @JsonProperty("max_num_clusters") int maxClusters,
      @JsonProperty("num_clusters") int clusters,
      @JsonProperty("auto_stop_mins") int autoStopMinutes,
      @JsonProperty("warehouse_type") String type,
      @JsonProperty("creator_name") String creator,
      @JsonProperty("num_active_sessions") int active,
      @JsonProperty("tags") ShownTags tags,
      @JsonProperty("odbc_params") OdbcParams odbc,
      @JsonProperty("health") Health health) {}

  private Shown shown(Warehouse warehouse) {
    WarehouseDetails details = warehouse.details();
    return new Shown(
        warehouse.id(),
        warehouse.name(),
        warehouse.stopped() ? "STOPPED" : "RUNNING",
        details.size().label(),
        1,
        details.clusters(),
        warehouse.stopped() ? 0 : details.clusters(),
        details.autoStopMinutes(),
        "PRO",
        warehouse.creator(),
        engines.running(warehouse.id()),
        new ShownTags(
            details.tags().entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .sorted(java.util.Comparator.comparing(Tag::key))
                .toList()),
        new OdbcParams("/sql/1.0/warehouses/" + warehouse.id(), "http"),
        new Health("HEALTHY"));
  }
}
