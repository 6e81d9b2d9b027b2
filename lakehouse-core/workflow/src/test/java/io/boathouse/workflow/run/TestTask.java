package io.boathouse.workflow.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;

/** A task that does what a test says. */
record TestTask(String kind, Work work) implements TaskRunner {
  /** What is done in an attempt. */
  @FunctionalInterface
  interface Work {
    JsonNode of(TaskContext context) throws Exception;
  }

  @Override
  public JsonNode run(TaskContext context) throws Exception {
    return work.of(context);
  }
}
