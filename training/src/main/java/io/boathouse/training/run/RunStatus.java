package io.boathouse.training.run;

/** Where a run is in its life; the order is that of the wire's numbers, from 1. */
public enum RunStatus {
  RUNNING,
  SCHEDULED,
  FINISHED,
  FAILED,
  KILLED
}
