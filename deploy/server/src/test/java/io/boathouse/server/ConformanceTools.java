package io.boathouse.server;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.Content;
import io.boathouse.agents.tool.Schemas;
import io.boathouse.agents.tool.Tool;
import io.boathouse.agents.tool.ToolProgress;
import io.boathouse.agents.tool.ToolResult;
import io.boathouse.agents.tool.ToolSpec;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** The tools that the protocol's own suite calls. */
final class ConformanceTools {
  /** One red pixel. */
  static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGA"
                  + "hKmMIQAAAABJRU5ErkJggg==");

  /** A sound of no length. */
  private static final byte[] WAV =
      Base64.getDecoder().decode("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=");

  private static final long PAUSE_NANOS = 50_000_000;

  private ConformanceTools() {}

  static List<Tool> all() {
    return List.of(
        tool(
            "test_simple_text",
            progress ->
                ToolResult.of(new Content.Text("This is a simple text response for testing."))),
        tool("test_image_content", progress -> ToolResult.of(image())),
        tool(
            "test_audio_content",
            progress ->
                ToolResult.of(new Content.Media(Content.Media.Kind.AUDIO, "audio/wav", WAV))),
        tool(
            "test_embedded_resource",
            progress ->
                ToolResult.of(
                    new Content.Resource(
                        "test://embedded-resource",
                        "text/plain",
                        "This is an embedded resource content."))),
        tool(
            "test_multiple_content_types",
            progress ->
                ToolResult.of(
                    new Content.Text("Multiple content types test:"),
                    image(),
                    new Content.Resource(
                        "test://mixed-content-resource",
                        "application/json",
                        "{\"test\":\"data\",\"value\":123}"))),
        tool("test_error_handling", progress -> fail()),
        tool("test_tool_with_progress", ConformanceTools::withProgress));
  }

  static Content.Media image() {
    return new Content.Media(Content.Media.Kind.IMAGE, "image/png", PNG);
  }

  private static ToolResult fail() {
    throw new LakeException(
        FAILED_PRECONDITION,
        "INTENDED",
        "This tool intentionally returns an error for testing",
        Map.of());
  }

  private static ToolResult withProgress(ToolProgress progress) {
    for (int done = 0; done <= 100; done += 50) {
      progress.report(done, 100);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return ToolResult.of(new Content.Text("The tool has told its progress."));
  }

  private static Tool tool(String name, Function<ToolProgress, ToolResult> work) {
    return new Fixture(
        new ToolSpec(name, name, "A tool of the suite.", Schemas.object(), true), work);
  }

  private record Fixture(ToolSpec spec, Function<ToolProgress, ToolResult> work) implements Tool {
    @Override
    public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
      return work.apply(progress);
    }
  }
}
