/** Feature values at request time: assembled from the online store without waiting. */
@NullMarked
package io.boathouse.featurestore.lookup;

import org.jspecify.annotations.NullMarked;
