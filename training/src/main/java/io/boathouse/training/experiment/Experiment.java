package io.boathouse.training.experiment;

import java.util.List;
import java.util.UUID;

/**
 * A named, governed collection of runs.
 *
 * @param id a number that is never reused; 0 is the default experiment
 * @param securableId its place in the tree of governed things, where its rights are
 * @param artifactLocation the URI below which its runs keep their files
 * @param createdAt in milliseconds since 1970
 * @param updatedAt when its name, stage or tags last changed, in milliseconds since 1970
 */
public record Experiment(
    long id,
    UUID securableId,
    String name,
    String artifactLocation,
    Lifecycle stage,
    long createdAt,
    long updatedAt,
    List<KeyValue> tags) {
  /** The experiment that runs without one go to. */
  public static final long DEFAULT_ID = 0;

  public Experiment {
    tags = List.copyOf(tags);
  }

  Experiment withTags(List<KeyValue> newTags) {
    return new Experiment(
        id, securableId, name, artifactLocation, stage, createdAt, updatedAt, newTags);
  }
}
