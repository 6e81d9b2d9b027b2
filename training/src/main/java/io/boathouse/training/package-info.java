/** Experiments, runs, trainers, evaluation. */
@NullMarked
package io.boathouse.training;

import org.jspecify.annotations.NullMarked;
