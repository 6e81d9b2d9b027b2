/** Runs with their parameters, metrics, tags, inputs and outputs: MLflow's tracking calls. */
@NullMarked
package io.boathouse.training.run;

import org.jspecify.annotations.NullMarked;
