package io.boathouse.catalog.lineage;

import java.time.Instant;

/** Where else recorded lineage goes. Called after the commit that records it; must not wait. */
@FunctionalInterface
public interface LineageSink {
  void recorded(Instant at, LineageFact fact);
}
