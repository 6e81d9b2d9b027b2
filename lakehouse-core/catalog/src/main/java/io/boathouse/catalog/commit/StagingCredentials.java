package io.boathouse.catalog.commit;

import io.boathouse.platform.auth.Caller;
import java.util.List;

/** What is given with a new staging table to write to its place, as the Delta API writes it. */
@FunctionalInterface
public interface StagingCredentials {
  List<Object> of(Caller caller, StagingTable table);
}
