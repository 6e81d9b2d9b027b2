/** Ratifies catalog-managed Delta commits. */
@NullMarked
package io.boathouse.catalog.commit;

import org.jspecify.annotations.NullMarked;
