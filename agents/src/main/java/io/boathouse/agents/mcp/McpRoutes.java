package io.boathouse.agents.mcp;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.ToolProgress;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The streamable HTTP transport of the Model Context Protocol at one URL, for clients of the modern
 * era and of those before. A reply is one JSON body, or a stream of events if a tool tells
 * progress.
 */
public final class McpRoutes implements Routes {
  private static final String PATH = "/mcp";
  private static final Permission OWN =
      Permission.authenticated("each tool checks the rights of its caller");

  static final Endpoint MESSAGE = new Endpoint(POST, PATH, "mcpMessage").requires(OWN);
  static final Endpoint STREAM = new Endpoint(GET, PATH, "mcpStream").requires(OWN);
  static final Endpoint END = new Endpoint(DELETE, PATH, "mcpEndSession").requires(OWN);
  static final Endpoint RESOURCE =
      new Endpoint(GET, "/.well-known/oauth-protected-resource/mcp", "mcpProtectedResource")
          .requires(Permission.open("tells where tokens come from, and nothing else"));

  private static final String SENTINEL_BEGIN = "=?base64?";
  private static final String SENTINEL_END = "?=";

  private final McpServer server;
  private final Executor virtualThreads;

  /**
   * @param virtualThreads runs calls that tell progress
   * @param version of this server, told to clients
   */
  public McpRoutes(McpOffers offers, Executor virtualThreads, String version) {
    this.server = new McpServer(offers, version);
    this.virtualThreads = virtualThreads;
  }

  @Override
  public void mount(Api api) {
    api.challenge(
        PATH,
        origin ->
            "Bearer resource_metadata=\"%s/.well-known/oauth-protected-resource/mcp\""
                .formatted(origin));
    api.handle(MESSAGE, ErrorFormat.JSON_RPC, this::message);
    api.handle(STREAM, ErrorFormat.JSON_RPC, request -> notAllowed());
    api.handle(END, ErrorFormat.JSON_RPC, request -> notAllowed());
    api.handle(RESOURCE, ErrorFormat.JSON_RPC, McpRoutes::resource);
  }

  private Reply message(Request request) {
    Optional<JsonNode> id = Optional.empty();
    try {
      McpMessage message = McpMessage.parse(request.body());
      id = message.id();
      checkVersionHeader(request, message);
      if (id.isEmpty() || message.method().isEmpty()) {
        return Reply.status(202);
      }
      if (message.modernVersion().isPresent()) {
        checkModernHeaders(request, message);
      }
      Caller caller = request.caller();
      Optional<JsonNode> token = message.progressToken();
      return token.isPresent() && acceptsEvents(request)
          ? new McpStream(token.get())
              .reply(progress -> reply(caller, message, progress), virtualThreads)
          : reply(caller, message, ToolProgress.NONE);
    } catch (McpFailure e) {
      return failure(id, e);
    }
  }

  private Reply reply(Caller caller, McpMessage message, ToolProgress progress) {
    try {
      ObjectNode result =
          message.modernVersion().isEmpty()
              ? server.legacy(caller, message, progress)
              : server.modern(caller, message, progress);
      return answer(message.id().orElseThrow(), result);
    } catch (McpFailure e) {
      return failure(message.id(), e);
    }
  }

  private static Reply failure(Optional<JsonNode> id, McpFailure problem) {
    ObjectNode reply = Json.mapper().createObjectNode().put("jsonrpc", "2.0");
    if (id.isPresent()) {
      reply.set("id", id.get());
    } else {
      reply.putNull("id");
    }
    reply.set("error", problem.error());
    return Reply.of(reply).withStatus(problem.status());
  }

  private static boolean acceptsEvents(Request request) {
    String accept = request.header("Accept").orElse("");
    return accept.contains("text/event-stream") || accept.contains("*/*");
  }

  /** A version that is named must be one of ours, and the one of the body. */
  private static void checkVersionHeader(Request request, McpMessage message) {
    Optional<String> header = request.header("MCP-Protocol-Version");
    Optional<String> body = message.modernVersion();
    if (body.isPresent()) {
      if (!header.equals(body)) {
        throw McpFailure.headerMismatch(
            "MCP-Protocol-Version", header.orElse("absent"), body.get());
      }
      if (!body.get().equals(McpServer.MODERN)) {
        throw McpFailure.unsupportedVersion(body.get(), McpServer.SUPPORTED);
      }
    } else if (header.isPresent() && !McpServer.LEGACY.contains(header.get())) {
      if (header.get().equals(McpServer.MODERN) && message.id().isPresent()) {
        throw McpFailure.headerMismatch("MCP-Protocol-Version", header.get(), "absent");
      }
      if (!header.get().equals(McpServer.MODERN)) {
        throw McpFailure.unsupportedVersion(header.get(), McpServer.SUPPORTED);
      }
    }
  }

  private static void checkModernHeaders(Request request, McpMessage message) {
    String method = message.method().orElse("");
    String named = request.header("Mcp-Method").orElse("absent");
    if (!named.equals(method)) {
      throw McpFailure.headerMismatch("Mcp-Method", named, method);
    }
    Optional<String> subject = message.subject();
    if (subject.isPresent()) {
      String given = request.header("Mcp-Name").map(McpRoutes::decoded).orElse("absent");
      if (!given.equals(subject.get())) {
        throw McpFailure.headerMismatch("Mcp-Name", given, subject.get());
      }
    }
  }

  /** A header value that may be wrapped because it is not plain ASCII. */
  private static String decoded(String value) {
    if (!value.startsWith(SENTINEL_BEGIN) || !value.endsWith(SENTINEL_END)) {
      return value;
    }
    String inside =
        value.substring(SENTINEL_BEGIN.length(), value.length() - SENTINEL_END.length());
    try {
      return new String(Base64.getDecoder().decode(inside), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static Reply answer(JsonNode id, ObjectNode result) {
    ObjectNode reply = Json.mapper().createObjectNode().put("jsonrpc", "2.0");
    reply.set("id", id);
    reply.set("result", result);
    return Reply.of(reply);
  }

  private static Reply notAllowed() {
    return Reply.status(405).withHeader("Allow", "POST");
  }

  private static Reply resource(Request request) {
    String host = request.header("Host").orElse("localhost");
    return Reply.of(
        Map.of(
            "resource",
            "http://" + host + PATH,
            "authorization_servers",
            List.of(),
            "bearer_methods_supported",
            List.of("header"),
            "resource_name",
            "Boathouse"));
  }
}
