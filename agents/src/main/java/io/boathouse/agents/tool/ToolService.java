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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lists and calls tools as the end user, each call within its limits. Every call is audited,
 * refused ones as denials. Thread-safe; calls block.
 */
public final class ToolService {
  private static final String ACTION = "CALL_TOOL";

  private final List<ToolSource> sources;
  private final AuditLog audit;
  private final Executor virtualThreads;
  private final ToolLimits limits;

  /**
   * @param sources asked in this order; of tools with one name the first counts
   * @param virtualThreads runs each call, so that one can be given up
   */
  public ToolService(
      List<ToolSource> sources, AuditLog audit, Executor virtualThreads, ToolLimits limits) {
    this.sources = List.copyOf(sources);
    this.audit = audit;
    this.virtualThreads = virtualThreads;
    this.limits = limits;
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

  /**
   * Calls a tool.
   *
   * @param progress told from another thread until the call returns
   * @throws LakeException NOT_FOUND with reason UNKNOWN_TOOL; INVALID_ARGUMENT with reason
   *     INVALID_TOOL_ARGUMENT; DEADLINE_EXCEEDED or TOO_LARGE beyond the limits; otherwise what the
   *     tool itself fails with
   */
  public ToolResult call(Caller caller, String name, JsonNode arguments, ToolProgress progress) {
    JsonNode given = arguments.isMissingNode() || arguments.isNull() ? empty() : arguments;
    try {
      Tool tool = find(caller, name).orElseThrow(() -> ToolErrors.unknownTool(name));
      ArgumentCheck.require(tool.spec().inputSchema(), given);
      var work = new FutureTask<>(() -> tool.call(caller, (ObjectNode) given, progress));
      ToolResult result = withinLimits(name, work);
      audit.recorded(caller, ACTION, Map.of("tool", name));
      return result;
    } catch (LakeException e) {
      boolean hidden = e.code() == NOT_FOUND && !e.reason().equals(ToolErrors.UNKNOWN);
      if (e.code() == PERMISSION_DENIED || hidden) {
        audit.denied(caller, ACTION, what(name, e), why(e));
      }
      throw e;
    }
  }

  private Optional<Tool> find(Caller caller, String name) {
    return sources.stream().flatMap(source -> source.find(caller, name).stream()).findFirst();
  }

  private ToolResult withinLimits(String name, FutureTask<ToolResult> call) {
    virtualThreads.execute(call);
    try {
      ToolResult result = call.get(limits.deadline().toMillis(), TimeUnit.MILLISECONDS);
      long bytes = size(result);
      if (bytes > limits.resultBytes()) {
        throw ToolErrors.resultTooLarge(name, bytes, limits.resultBytes());
      }
      return result;
    } catch (TimeoutException e) {
      call.cancel(true);
      throw ToolErrors.tooSlow(name, limits.deadline());
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw ToolErrors.tooSlow(name, limits.deadline());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LakeException known ? known : ToolErrors.internal(name, e);
    }
  }

  private static long size(ToolResult result) {
    long bytes = result.data().map(data -> Json.write(data).length).orElse(0);
    for (Content content : result.content()) {
      bytes +=
          switch (content) {
            case Content.Text(String text) -> text.length();
            case Content.Media media -> media.base64().length();
            case Content.Resource resource -> resource.text().length();
          };
    }
    return bytes;
  }

  /** The tool and, where the refusal names it, the securable. */
  private static String what(String tool, LakeException refusal) {
    String type = refusal.details().getOrDefault("type", "");
    String securable = refusal.details().getOrDefault("name", "");
    return type.isEmpty() ? tool : "%s on %s %s".formatted(tool, type, securable);
  }

  private static String why(LakeException refusal) {
    String privilege = refusal.details().getOrDefault("privilege", "");
    return privilege.isEmpty() ? refusal.message() : "lacks " + privilege;
  }

  private static ObjectNode empty() {
    return Json.mapper().createObjectNode();
  }
}
