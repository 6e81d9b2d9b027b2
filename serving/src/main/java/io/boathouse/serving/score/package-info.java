/** Batch inference: a governed table or query scored into a table, as a run. */
@NullMarked
package io.boathouse.serving.score;

import org.jspecify.annotations.NullMarked;
