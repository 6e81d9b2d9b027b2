package io.boathouse.catalog.function;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Unity Catalog's functions. */
public final class FunctionRoutes implements Routes {
  private static final String FUNCTIONS = "/api/2.1/unity-catalog/functions";
  private static final String FUNCTION = FUNCTIONS + "/:name";

  /**
   * The fields of FunctionInfo that make the definition; all others are the securable's or none.
   */
  private static final List<String> DEFINITION =
      List.of(
          "input_params",
          "data_type",
          "full_data_type",
          "return_params",
          "routine_body",
          "routine_definition",
          "routine_dependencies",
          "external_language",
          "parameter_style",
          "is_deterministic",
          "sql_data_access",
          "is_null_call",
          "security_type",
          "specific_name",
          "properties");

  static final Endpoint CREATE =
      new Endpoint(POST, FUNCTIONS, "createFunction")
          .requires(Permission.privileges("CREATE_FUNCTION on the schema"));
  static final Endpoint LIST =
      new Endpoint(GET, FUNCTIONS, "listFunctions")
          .requires(Permission.authenticated("only functions that the caller may see"));
  static final Endpoint GET_FUNCTION =
      new Endpoint(GET, FUNCTION, "getFunction")
          .requires(Permission.privileges("any privilege on the function"));
  static final Endpoint DELETE_FUNCTION =
      new Endpoint(DELETE, FUNCTION, "deleteFunction")
          .requires(Permission.privileges("MANAGE on the function"));

  private final FunctionService functions;

  public FunctionRoutes(FunctionService functions) {
    this.functions = functions;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_FUNCTION, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(DELETE_FUNCTION, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  private Reply create(Request request) {
    JsonNode info = request.json().path("function_info");
    if (!(info instanceof ObjectNode body)) {
      throw HttpErrors.missingParameter("function_info");
    }
    FullName name =
        FullName.of(text(body, "catalog_name"), text(body, "schema_name"), text(body, "name"));
    Optional<String> comment =
        Optional.ofNullable(body.get("comment"))
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue);
    ObjectNode definition = body.deepCopy().retain(DEFINITION);
    return Reply.of(reply(functions.create(request.caller(), name, comment, definition)));
  }

  private Reply list(Request request) {
    FullName schema =
        FullName.of(request.requiredQuery("catalog_name"), request.requiredQuery("schema_name"));
    Page<FunctionDefinition> page =
        functions.list(request.caller(), schema, PageRequest.of(request, 100, 100));
    Map<String, Object> reply = new LinkedHashMap<>();
    reply.put("functions", page.items().stream().map(FunctionRoutes::reply).toList());
    page.nextPageToken().ifPresent(token -> reply.put("next_page_token", token));
    return Reply.of(reply);
  }

  private Reply get(Request request) {
    return Reply.of(reply(functions.get(request.caller(), name(request))));
  }

  private Reply delete(Request request) {
    functions.delete(request.caller(), name(request));
    return Reply.empty();
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.FUNCTION, request.pathParam("name"));
  }

  private static String text(ObjectNode body, String field) {
    JsonNode value = body.get(field);
    if (value == null || !value.isTextual()) {
      throw HttpErrors.missingParameter("function_info." + field);
    }
    return value.textValue();
  }

  private static ObjectNode reply(FunctionDefinition function) {
    Securable securable = function.securable();
    ObjectNode reply = function.definition().deepCopy();
    reply
        .put("name", securable.name().name())
        .put("catalog_name", securable.name().catalog())
        .put("schema_name", securable.name().schema())
        .put("full_name", securable.name().toString())
        .put("function_id", securable.id().toString())
        .put("owner", securable.owner())
        .put("created_at", securable.createdAt().toEpochMilli())
        .put("created_by", securable.createdBy())
        .put("updated_at", securable.updatedAt().toEpochMilli())
        .put("updated_by", securable.updatedBy());
    securable.comment().ifPresent(comment -> reply.put("comment", comment));
    return reply;
  }
}
