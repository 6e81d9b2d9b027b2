package io.boathouse.agents.tool;

import io.boathouse.platform.auth.Caller;
import java.util.List;
import java.util.Optional;

/** Where tools come from: a fixed set, or one for each governed thing that the caller may use. */
public interface ToolSource {
  /** The tools that the caller may use, in a stable order. */
  List<Tool> list(Caller caller);

  /**
   * The tool of that name; empty if this source has no such tool.
   *
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED or NOT_FOUND if the caller
   *     may not use it, saying what is missing; the refusal is audited
   */
  Optional<Tool> find(Caller caller, String name);

  /** A source of tools that everybody may call; each checks what it is asked about. */
  static ToolSource of(List<Tool> tools) {
    List<Tool> fixed = List.copyOf(tools);
    return new ToolSource() {
      @Override
      public List<Tool> list(Caller caller) {
        return fixed;
      }

      @Override
      public Optional<Tool> find(Caller caller, String name) {
        return fixed.stream().filter(tool -> tool.spec().name().equals(name)).findFirst();
      }
    };
  }
}
