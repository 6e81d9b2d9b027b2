/** Experiments: the governed folders that runs live in. */
@NullMarked
package io.boathouse.training.experiment;

import org.jspecify.annotations.NullMarked;
