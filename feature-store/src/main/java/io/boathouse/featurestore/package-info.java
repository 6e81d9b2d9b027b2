/** The feature store, put together. */
@NullMarked
package io.boathouse.featurestore;

import org.jspecify.annotations.NullMarked;
