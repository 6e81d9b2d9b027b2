package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;

/** Something an agent may call, as the end user and with the end user's rights. */
public interface Tool {
  ToolSpec spec();

  /**
   * Does the work on a virtual thread; checks the caller's rights before anything else. A call that
   * is given up is interrupted.
   *
   * @param arguments valid against the schema
   */
  ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress);
}
