/** Finding features and judging them: search, statistics, drift, samples, a page to read. */
@NullMarked
package io.boathouse.featurestore.browse;

import org.jspecify.annotations.NullMarked;
