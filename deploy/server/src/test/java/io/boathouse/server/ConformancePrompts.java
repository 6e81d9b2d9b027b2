package io.boathouse.server;

import io.boathouse.agents.mcp.McpPrompt;
import io.boathouse.agents.tool.Content;
import io.boathouse.platform.auth.Caller;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The prompts that the protocol's own suite asks for. */
final class ConformancePrompts {
  private ConformancePrompts() {}

  static List<McpPrompt> all() {
    return List.of(
        new Fixture(
            "test_simple_prompt",
            List.of(),
            values -> List.of(text("This is a simple prompt for testing."))),
        new Fixture(
            "test_prompt_with_arguments",
            List.of(argument("arg1"), argument("arg2")),
            values ->
                List.of(
                    text(
                        "Prompt with arguments: arg1='%s', arg2='%s'"
                            .formatted(values.get("arg1"), values.get("arg2"))))),
        new Fixture(
            "test_prompt_with_embedded_resource",
            List.of(argument("resourceUri")),
            values ->
                List.of(
                    user(
                        new Content.Resource(
                            values.getOrDefault("resourceUri", ""),
                            "text/plain",
                            "Embedded resource content for testing.")),
                    text("Please process the embedded resource above."))),
        new Fixture(
            "test_prompt_with_image",
            List.of(),
            values ->
                List.of(user(ConformanceTools.image()), text("Please analyze the image above."))));
  }

  private static McpPrompt.Argument argument(String name) {
    return new McpPrompt.Argument(name, "An argument of the suite.", true);
  }

  private static McpPrompt.Message text(String text) {
    return user(new Content.Text(text));
  }

  private static McpPrompt.Message user(Content content) {
    return new McpPrompt.Message("user", content);
  }

  private record Fixture(
      String name, List<Argument> arguments, Function<Map<String, String>, List<Message>> words)
      implements McpPrompt {
    @Override
    public String description() {
      return "A prompt of the suite.";
    }

    @Override
    public List<Message> messages(Caller caller, Map<String, String> values) {
      return words.apply(values);
    }
  }
}
