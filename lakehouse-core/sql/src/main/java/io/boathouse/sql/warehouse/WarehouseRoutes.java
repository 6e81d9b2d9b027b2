package io.boathouse.sql.warehouse;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;

/** SQL warehouse endpoints of the workspace API. */
public final class WarehouseRoutes implements Routes {
  private static final String ROOT = "/api/2.0/sql/warehouses";
  private static final Permission ANY = Permission.authenticated("the warehouses of this server");
  private static final Permission ADMINISTRATOR = Permission.administrator();
  private static final String REMEDY = "The default warehouse is always there and always runs.";

  static final Endpoint LIST = new Endpoint(GET, ROOT, "listWarehouses").requires(ANY);
  static final Endpoint READ = new Endpoint(GET, ROOT + "/:id", "getWarehouse").requires(ANY);
  static final Endpoint CREATE =
      new Endpoint(POST, ROOT, "createWarehouse").requires(ADMINISTRATOR);
  static final Endpoint EDIT =
      new Endpoint(POST, ROOT + "/:id/edit", "editWarehouse").requires(ADMINISTRATOR);
  static final Endpoint START =
      new Endpoint(POST, ROOT + "/:id/start", "startWarehouse").requires(ANY);
  static final Endpoint STOP =
      new Endpoint(POST, ROOT + "/:id/stop", "stopWarehouse").requires(ADMINISTRATOR);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, ROOT + "/:id", "deleteWarehouse").requires(ADMINISTRATOR);

  private final WarehouseService warehouses;

  public WarehouseRoutes(WarehouseService warehouses) {
    this.warehouses = warehouses;
  }

  @Override
  public void mount(Api api) {
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(READ, ErrorFormat.DATABRICKS, this::get);
    api.handle(START, ErrorFormat.DATABRICKS, this::start);
    api.unsupported(CREATE, ErrorFormat.DATABRICKS, REMEDY);
    api.unsupported(EDIT, ErrorFormat.DATABRICKS, REMEDY);
    api.unsupported(STOP, ErrorFormat.DATABRICKS, REMEDY);
    api.unsupported(REMOVE, ErrorFormat.DATABRICKS, REMEDY);
  }

  private Reply list(Request request) {
    return Reply.of(
        new Listing(warehouses.list(request.caller()).stream().map(Shown::of).toList()));
  }

  private Reply get(Request request) {
    return Reply.of(Shown.of(warehouses.get(request.caller(), request.pathParam("id"))));
  }

  /** It runs already, which is what the call asks for. */
  private Reply start(Request request) {
    Warehouse unused = warehouses.get(request.caller(), request.pathParam("id"));
    return Reply.empty();
  }

  record Listing(@JsonProperty("warehouses") List<Shown> warehouses) {}

  record Health(@JsonProperty("status") String status) {}

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
      @JsonProperty("health") Health health) {
    static Shown of(Warehouse warehouse) {
      return new Shown(
          warehouse.id(),
          warehouse.name(),
          "RUNNING",
          "2X-Small",
          1,
          1,
          1,
          0,
          "PRO",
          new Health("HEALTHY"));
    }
  }
}
