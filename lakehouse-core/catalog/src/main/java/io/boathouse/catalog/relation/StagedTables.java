package io.boathouse.catalog.relation;

import io.boathouse.platform.auth.Caller;

/** Gives tables their names whose data their makers have put into a place that they were given. */
@FunctionalInterface
public interface StagedTables {
  /**
   * @param wanted with the location that was given; columns and properties as the client tells them
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the location was not given to
   *     the caller for this name; INVALID_ARGUMENT if no table lies there, or another than is told
   */
  Relation create(Caller caller, NewRelation wanted);
}
