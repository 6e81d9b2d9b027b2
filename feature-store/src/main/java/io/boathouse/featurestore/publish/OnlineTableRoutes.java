package io.boathouse.featurestore.publish;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.online.OnlineStoreConfig;
import io.boathouse.featurestore.publish.PublishTerms.Mode;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Databricks' online stores and online tables. There is one store, which the configuration names; a
 * feature table is online in it under its own name.
 */
public final class OnlineTableRoutes implements Routes {
  private static final String STORES = "/api/2.0/feature-store/online-stores";
  private static final String STORE = STORES + "/:store";
  private static final String TABLES = "/api/2.0/online-tables";
  private static final String CONFIGURED =
      "Name the store under feature_store.online of the server's configuration.";
  private static final Permission ANY = Permission.authenticated("which kind of store there is");
  private static final Permission NOTHING =
      Permission.authenticated("it does nothing but say that the configuration decides");
  private static final Permission PUT =
      Permission.privileges("MODIFY on the table", "SELECT on the table");
  private static final Permission TAKE = Permission.privileges("MODIFY on the table");

  static final Endpoint LIST_STORES = new Endpoint(GET, STORES, "listOnlineStores").requires(ANY);
  static final Endpoint GET_STORE = new Endpoint(GET, STORE, "getOnlineStore").requires(ANY);
  static final Endpoint CREATE_STORE =
      new Endpoint(POST, STORES, "createOnlineStore").requires(NOTHING);
  static final Endpoint UPDATE_STORE =
      new Endpoint(PATCH, STORE, "updateOnlineStore").requires(NOTHING);
  static final Endpoint DELETE_STORE =
      new Endpoint(DELETE, STORE, "deleteOnlineStore").requires(NOTHING);
  static final Endpoint PUBLISH =
      new Endpoint(POST, "/api/2.0/feature-store/tables/:name/publish", "publishTable")
          .requires(PUT);
  static final Endpoint UNPUBLISH =
      new Endpoint(DELETE, "/api/2.0/feature-store/online-tables/:name", "deletePublishedTable")
          .requires(TAKE);
  static final Endpoint CREATE_TABLE =
      new Endpoint(POST, TABLES, "createOnlineTable").requires(PUT);
  static final Endpoint GET_TABLE =
      new Endpoint(GET, TABLES + "/:name", "getOnlineTable")
          .requires(Permission.authenticated("only feature tables that the caller may see"));
  static final Endpoint DELETE_TABLE =
      new Endpoint(DELETE, TABLES + "/:name", "deleteOnlineTable").requires(TAKE);

  private final PublishService publishing;
  private final FeatureTableService tables;
  private final String store;

  public OnlineTableRoutes(
      PublishService publishing, FeatureTableService tables, OnlineStoreConfig.Kind store) {
    this.publishing = publishing;
    this.tables = tables;
    this.store = store.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void mount(Api api) {
    api.handle(
        LIST_STORES,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(new StoresReply(List.of(new StoreReply(store, "AVAILABLE")))));
    api.handle(
        GET_STORE,
        ErrorFormat.DATABRICKS,
        request -> {
          requireStore(request.pathParam("store"));
          return Reply.of(new StoreReply(store, "AVAILABLE"));
        });
    api.unsupported(CREATE_STORE, ErrorFormat.DATABRICKS, CONFIGURED);
    api.unsupported(UPDATE_STORE, ErrorFormat.DATABRICKS, CONFIGURED);
    api.unsupported(DELETE_STORE, ErrorFormat.DATABRICKS, CONFIGURED);
    api.handle(PUBLISH, ErrorFormat.DATABRICKS, this::publish);
    api.handle(UNPUBLISH, ErrorFormat.DATABRICKS, this::unpublish);
    api.handle(CREATE_TABLE, ErrorFormat.DATABRICKS, this::create);
    api.handle(
        GET_TABLE,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(online(request, name(request.pathParam("name")))));
    api.handle(DELETE_TABLE, ErrorFormat.DATABRICKS, this::unpublish);
  }

  private Reply publish(Request request) {
    PublishSpecJson spec =
        HttpErrors.required("publish_spec", request.json(PublishBody.class).spec());
    FullName source = name(request.pathParam("name"));
    requireStore(HttpErrors.required("publish_spec.online_store", spec.store()));
    requireOwnName(
        "publish_spec.online_table_name",
        HttpErrors.required("publish_spec.online_table_name", spec.table()),
        source);
    PublishTerms terms =
        new TermsJson(
                null, HttpErrors.required("publish_spec.publish_mode", spec.mode()), null, null)
            .toTerms();
    OnlineStatus published = publishing.publish(request.caller(), source, terms);
    return Reply.of(Map.of("online_table_name", published.table().toString()));
  }

  private Reply unpublish(Request request) {
    publishing.unpublish(request.caller(), name(request.pathParam("name")));
    return Reply.of(Map.of());
  }

  private Reply create(Request request) {
    TableBody body = request.json(TableBody.class);
    SpecJson spec = HttpErrors.required("spec", body.spec());
    FullName source =
        name(HttpErrors.required("spec.source_table_full_name", spec.sourceTableFullName()));
    requireOwnName("name", HttpErrors.required("name", body.name()), source);
    declare(request, source, spec);
    Mode mode = Mode.SNAPSHOT;
    if (spec.runContinuously() != null) {
      mode = Mode.CONTINUOUS;
    } else if (spec.runTriggered() != null) {
      mode = Mode.TRIGGERED;
    }
    PublishTerms terms =
        new PublishTerms(mode, Optional.empty(), Optional.empty(), Optional.empty());
    OnlineStatus unused = publishing.publish(request.caller(), source, terms);
    return Reply.of(online(request, source));
  }

  /** A table that is not one yet becomes a feature table by the keys of the request. */
  private void declare(Request request, FullName source, SpecJson spec) {
    List<String> keys = spec.primaryKeyColumns() == null ? List.of() : spec.primaryKeyColumns();
    Optional<FeatureTable> found = tables.find(request.caller(), source);
    if (found.isEmpty() && !keys.isEmpty() && spec.timeseriesKey() != null) {
      FeatureTable unused =
          tables.register(
              request.caller(),
              new NewFeatureTable(source, keys, spec.timeseriesKey(), KnownAt.event(), Map.of()));
    } else if (found.isPresent() && !keys.isEmpty()) {
      List<String> own = found.get().keys().stream().map(FeatureColumn::name).toList();
      if (!lower(own).equals(lower(keys))) {
        throw PublishErrors.invalid("spec.primary_key_columns", keys.toString(), own.toString());
      }
    }
  }

  private TableReply online(Request request, FullName name) {
    FeatureTable table = tables.get(request.caller(), name);
    OnlineStatus status = publishing.status(request.caller(), name);
    Publication publication = status.publication().orElseThrow(() -> PublishErrors.notOnline(name));
    Mode mode = publication.terms().mode();
    boolean behind = status.lag().filter(lag -> !lag.behind().isZero()).isPresent();
    String state =
        switch (mode) {
          case SNAPSHOT -> "ONLINE";
          case TRIGGERED -> behind ? "ONLINE" : "ONLINE_NO_PENDING_UPDATE";
          case CONTINUOUS -> "ONLINE_CONTINUOUS_UPDATE";
        };
    return new TableReply(
        name.toString(),
        new SpecJson(
            name.toString(),
            table.keys().stream().map(FeatureColumn::name).toList(),
            table.shape().eventTime(),
            mode == Mode.TRIGGERED ? Map.of() : null,
            mode == Mode.CONTINUOUS ? Map.of() : null),
        new StateReply(
            publication.problem().isPresent() ? "ONLINE_PIPELINE_FAILED" : state,
            publication.problem().orElse(null),
            new UpdateReply(publication.version(), publication.times().synced().toString())),
        "ACTIVE");
  }

  private void requireStore(String given) {
    if (!given.equals(store)) {
      throw PublishErrors.noStore(given, store);
    }
  }

  private static void requireOwnName(String field, String given, FullName source) {
    if (!given.equalsIgnoreCase(source.toString())) {
      throw PublishErrors.invalid(
          field, given, source + ", as a table is online under its own name");
    }
  }

  private static List<String> lower(List<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private static FullName name(String text) {
    return FullName.parse(SecurableType.TABLE, text);
  }

  record PublishBody(@JsonProperty("publish_spec") @Nullable PublishSpecJson spec) {}

  record PublishSpecJson(
      @JsonProperty("online_store") @Nullable String store,
      @JsonProperty("online_table_name") @Nullable String table,
      @JsonProperty("publish_mode") @Nullable String mode) {}

  record TableBody(
      @JsonProperty("name") @Nullable String name, @JsonProperty("spec") @Nullable SpecJson spec) {}

  record StoresReply(@JsonProperty("online_stores") List<StoreReply> stores) {}

  record StoreReply(@JsonProperty("name") String name, @JsonProperty("state") String state) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SpecJson(
      @JsonProperty("source_table_full_name") @Nullable String sourceTableFullName,
      @JsonProperty("primary_key_columns") @Nullable List<String> primaryKeyColumns,
      @JsonProperty("timeseries_key") @Nullable String timeseriesKey,
      @JsonProperty("run_triggered") @Nullable Map<String, Object> runTriggered,
      @JsonProperty("run_continuously") @Nullable Map<String, Object> runContinuously) {}

  record TableReply(
      @JsonProperty("name") String name,
      @JsonProperty("spec") SpecJson spec,
      @JsonProperty("status") StateReply status,
      @JsonProperty("unity_catalog_provisioning_state") String provisioning) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StateReply(
      @JsonProperty("detailed_state") String state,
      @JsonProperty("message") @Nullable String message,
      @JsonProperty("triggered_update_status") UpdateReply update) {}

  record UpdateReply(
      @JsonProperty("last_processed_commit_version") long version,
      @JsonProperty("timestamp") String timestamp) {}
}
