package io.boathouse.agents.mcp;

import io.boathouse.agents.tool.Content;
import io.boathouse.platform.auth.Caller;
import java.util.List;
import java.util.Map;

/** Words that a client may put before a model. */
public interface McpPrompt {
  /** A value that the words are made with. */
  record Argument(String name, String description, boolean required) {}

  /** Who says what. @param role user or assistant */
  record Message(String role, Content content) {}

  String name();

  String description();

  List<Argument> arguments();

  /**
   * The words.
   *
   * @param values every required argument, by name
   */
  List<Message> messages(Caller caller, Map<String, String> values);
}
