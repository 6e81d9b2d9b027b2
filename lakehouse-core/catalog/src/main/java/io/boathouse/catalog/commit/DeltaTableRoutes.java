package io.boathouse.catalog.commit;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.HEAD;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables of Unity Catalog's Delta API 1.0 (delta.yaml). */
public final class DeltaTableRoutes implements Routes {
  private static final Permission CREATES = Permission.privileges("CREATE_TABLE on the schema");
  private static final Permission SEES = Permission.privileges("any privilege on the table");
  private static final Permission MANAGES = Permission.privileges("MANAGE on the table");
  private static final Permission MODIFIES = Permission.privileges("MODIFY on the table");

  static final Endpoint CONFIG =
      new Endpoint(GET, DeltaPaths.BASE + "/config", "deltaConfig")
          .requires(Permission.privileges("any privilege on the catalog"));
  static final Endpoint STAGE =
      new Endpoint(POST, DeltaPaths.SCHEMA + "/staging-tables", "deltaCreateStagingTable")
          .requires(CREATES);
  static final Endpoint CREATE =
      new Endpoint(POST, DeltaPaths.SCHEMA + "/tables", "deltaCreateTable").requires(CREATES);
  static final Endpoint LOAD = new Endpoint(GET, DeltaPaths.TABLE, "deltaLoadTable").requires(SEES);
  static final Endpoint UPDATE =
      new Endpoint(POST, DeltaPaths.TABLE, "deltaUpdateTable").requires(MODIFIES);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, DeltaPaths.TABLE, "deltaDeleteTable").requires(MANAGES);
  static final Endpoint EXISTS =
      new Endpoint(HEAD, DeltaPaths.TABLE, "deltaTableExists").requires(SEES);
  static final Endpoint RENAME =
      new Endpoint(POST, DeltaPaths.TABLE + "/rename", "deltaRenameTable").requires(MANAGES);
  static final Endpoint METRICS =
      new Endpoint(POST, DeltaPaths.TABLE + "/metrics", "deltaReportMetrics").requires(MODIFIES);

  private static final List<String> OFFERED =
      List.of(
          "POST /v1/catalogs/{catalog}/schemas/{schema}/staging-tables",
          "POST /v1/catalogs/{catalog}/schemas/{schema}/tables",
          "GET /v1/catalogs/{catalog}/schemas/{schema}/tables/{table}",
          "POST /v1/catalogs/{catalog}/schemas/{schema}/tables/{table}",
          "DELETE /v1/catalogs/{catalog}/schemas/{schema}/tables/{table}",
          "HEAD /v1/catalogs/{catalog}/schemas/{schema}/tables/{table}",
          "POST /v1/catalogs/{catalog}/schemas/{schema}/tables/{table}/rename",
          "GET /v1/catalogs/{catalog}/schemas/{schema}/tables/{table}/credentials",
          "POST /v1/catalogs/{catalog}/schemas/{schema}/tables/{table}/metrics",
          "GET /v1/staging-tables/{table_id}/credentials",
          "GET /v1/temporary-path-credentials");

  private final DeltaTableService tables;
  private final StagingService staging;
  private final SecurableService securables;
  private final StagingCredentials credentials;

  public DeltaTableRoutes(
      DeltaTableService tables,
      StagingService staging,
      SecurableService securables,
      StagingCredentials credentials) {
    this.tables = tables;
    this.staging = staging;
    this.securables = securables;
    this.credentials = credentials;
  }

  @Override
  public void mount(Api api) {
    api.handle(CONFIG, ErrorFormat.DELTA, this::config);
    api.handle(STAGE, ErrorFormat.DELTA, this::stage);
    api.handle(CREATE, ErrorFormat.DELTA, this::create);
    api.handle(LOAD, ErrorFormat.DELTA, this::load);
    api.handle(UPDATE, ErrorFormat.DELTA, this::update);
    api.handle(REMOVE, ErrorFormat.DELTA, this::remove);
    api.handle(EXISTS, ErrorFormat.DELTA, this::exists);
    api.handle(RENAME, ErrorFormat.DELTA, this::rename);
    api.handle(METRICS, ErrorFormat.DELTA, this::metrics);
  }

  record Config(
      @JsonProperty("endpoints") List<String> endpoints,
      @JsonProperty("protocol-version") String protocolVersion) {}

  private Reply config(Request request) {
    FullName catalog = FullName.of(request.requiredQuery("catalog"));
    String versions = request.requiredQuery("protocol-versions");
    boolean speaksOurs =
        Arrays.stream(versions.split(",", -1)).anyMatch(one -> one.strip().matches("1\\.[0-9]+"));
    if (!speaksOurs) {
      throw CommitErrors.invalid(
          "protocol-versions", versions, "1.0 or another of major version 1");
    }
    Securable unused = securables.get(request.caller(), SecurableType.CATALOG, catalog);
    return Reply.of(new Config(OFFERED, "1.0"));
  }

  record Name(@JsonProperty("name") @Nullable String name) {}

  private Reply stage(Request request) {
    String name = DeltaUpdates.present("name", request.json(Name.class).name());
    StagingTable table = staging.create(request.caller(), DeltaPaths.schema(request).child(name));
    return Reply.of(
        DeltaWire.Staging.of(
            table, staging.location(table), credentials.of(request.caller(), table)));
  }

  private Reply create(Request request) {
    DeltaWire.Create body = request.json(DeltaWire.Create.class);
    if (body.uniform() != null && body.uniform().isObject()) {
      throw CommitErrors.invalid(
          "uniform", "given", "nothing: Iceberg metadata is made by the server");
    }
    ObjectNode domains = Json.mapper().createObjectNode();
    Objects.requireNonNullElse(body.domainMetadata(), Map.<String, JsonNode>of())
        .forEach(domains::set);
    DeltaDescription description =
        new DeltaDescription(
            DeltaColumns.delta(DeltaUpdates.present("columns", body.columns())),
            Objects.requireNonNullElse(body.partitionColumns(), List.of()),
            DeltaUpdates.configuration(DeltaUpdates.present("properties", body.properties())),
            DeltaUpdates.present("protocol", body.protocol()).toProtocol(),
            DeltaUpdates.domains(domains));
    return Reply.of(
        DeltaWire.load(
            tables.create(
                request.caller(),
                new DeltaTableService.Creation(
                    DeltaPaths.schema(request).child(DeltaUpdates.present("name", body.name())),
                    kind(DeltaUpdates.present("table-type", body.tableType())),
                    DeltaUpdates.present("location", body.location()),
                    Optional.ofNullable(body.comment()),
                    description,
                    DeltaUpdates.present("last-commit-timestamp-ms", body.at())))));
  }

  private static Relation.Kind kind(String text) {
    return switch (text) {
      case "MANAGED" -> Relation.Kind.MANAGED;
      case "EXTERNAL" -> Relation.Kind.EXTERNAL;
      default -> throw CommitErrors.invalid("table-type", text, "MANAGED or EXTERNAL");
    };
  }

  private Reply load(Request request) {
    return Reply.of(DeltaWire.load(tables.load(request.caller(), DeltaPaths.table(request))));
  }

  private Reply update(Request request) {
    TableUpdate update = new DeltaUpdates(request.json()).update();
    return Reply.of(
        DeltaWire.load(tables.update(request.caller(), DeltaPaths.table(request), update)));
  }

  private Reply remove(Request request) {
    tables.delete(request.caller(), DeltaPaths.table(request));
    return Reply.status(204);
  }

  private Reply exists(Request request) {
    DeltaTableService.Loaded unused = tables.load(request.caller(), DeltaPaths.table(request));
    return Reply.status(204);
  }

  record NewName(@JsonProperty("new-name") @Nullable String newName) {}

  private Reply rename(Request request) {
    String name = DeltaUpdates.present("new-name", request.json(NewName.class).newName());
    tables.rename(request.caller(), DeltaPaths.table(request), name);
    return Reply.status(204);
  }

  record Metrics(
      @JsonProperty("table-id") @Nullable String tableId,
      @JsonProperty("report") @Nullable Report report) {}

  record Report(@JsonProperty("commit-report") @Nullable Map<String, JsonNode> commit) {}

  private Reply metrics(Request request) {
    Metrics body = request.json(Metrics.class);
    Map<String, String> metrics = new TreeMap<>();
    if (body.report() != null && body.report().commit() != null) {
      body.report()
          .commit()
          .forEach(
              (name, value) -> {
                if (name.matches("num-[a-z-]{1,40}") && value.isIntegralNumber()) {
                  metrics.put(name, value.asText());
                }
              });
    }
    tables.report(
        request.caller(),
        DeltaPaths.table(request),
        DeltaUpdates.uuid("table-id", DeltaUpdates.present("table-id", body.tableId())),
        metrics);
    return Reply.status(204);
  }
}
