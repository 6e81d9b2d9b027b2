package io.boathouse.agents.tool;

import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lists and calls tools as the end user. Every call is audited, refused ones as denials. Thread-safe;
 * calls block.
 */
public final class ToolService {
  private final List<ToolSource> sources;
  private final AuditLog audit;

  /** @param sources asked in this order; of tools with one name the first counts */
  public ToolService(List<ToolSource> sources, AuditLog audit) {
    this.sources = List.copyOf(sources);
    this.audit = audit;
  }

  /** The tools that the caller may use, by name. */
  public List<ToolSpec> list(Caller caller) {
    List<ToolSpec> specs = new ArrayList<>();
    for (ToolSource source : sources) {
      for (Tool tool : source.list(caller)) {
        if (specs.stream().noneMatch(spec -> spec.name().equals(tool.spec().name()))) {
          specs.add(tool.spec());
        }
      }
    }
    specs.sort(Comparator.comparing(ToolSpec::name));
    return List.copyOf(specs);
  }

  /** Whether there is a tool of that name, usable by the caller or not. */
  public boolean exists(Caller caller, String name) {
    return find(name).isPresent();
  }

  /**
   * Calls a tool.
   *
   * @throws LakeException NOT_FOUND with reason UNKNOWN_TOOL; INVALID_ARGUMENT with reason
   *     INVALID_TOOL_ARGUMENT; otherwise what the tool itself fails with
   */
  public JsonNode call(Caller caller, String name, JsonNode arguments) {
    Tool tool = find(name).orElseThrow(() -> ToolErrors.unknownTool(name));
    JsonNode given = arguments.isMissingNode() || arguments.isNull() ? empty() : arguments;
    ArgumentCheck.require(tool.spec().inputSchema(), given);
    try {
      JsonNode result = tool.call(caller, (ObjectNode) given);
      audit.recorded(caller, "CALL_TOOL", Map.of("tool", name));
      return result;
    } catch (LakeException e) {
      if (e.code() == PERMISSION_DENIED || e.code() == NOT_FOUND) {
        audit.denied(caller, "CALL_TOOL", name, e.reason());
      }
      throw e;
    }
  }

  private Optional<Tool> find(String name) {
    return sources.stream().flatMap(source -> source.find(name).stream()).findFirst();
  }

  private static ObjectNode empty() {
    return Json.mapper().createObjectNode();
  }
}
