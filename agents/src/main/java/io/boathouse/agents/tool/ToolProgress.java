package io.boathouse.agents.tool;

/** Where a tool tells how far it is; whoever does not want to know hears nothing. */
@FunctionalInterface
public interface ToolProgress {
  /** Nobody listens. */
  ToolProgress NONE = (done, total) -> {};

  /**
   * @param done how much of the total; never less than before
   */
  void report(double done, double total);
}
