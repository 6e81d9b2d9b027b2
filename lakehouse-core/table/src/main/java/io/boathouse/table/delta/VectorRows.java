package io.boathouse.table.delta;

import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.DeletionVectorUtils;

/** The rows that a deletion vector marks; it is read when asked where they are. */
record VectorRows(Engine engine, DeletionVectorDescriptor descriptor)
    implements DataFile.DeletedRows {
  @Override
  public long count() {
    return descriptor.getCardinality();
  }

  @Override
  public long[] positions() {
    return DeltaLog.translating(
        () ->
            DeletionVectorUtils.loadNewDvAndBitmap(engine, StoreFileIo.ROOT, descriptor)
                ._2
                .toArray());
  }
}
