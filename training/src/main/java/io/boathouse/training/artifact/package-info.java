/** The files that runs and logged models leave: MLflow's artifact proxy. */
@NullMarked
package io.boathouse.training.artifact;

import org.jspecify.annotations.NullMarked;
