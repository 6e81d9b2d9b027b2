/** Feature tables: keys, time-series key, known-at rule, and features computed over windows. */
@NullMarked
package io.boathouse.featurestore.table;

import org.jspecify.annotations.NullMarked;
