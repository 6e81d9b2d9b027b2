/** How MLflow's REST calls are spoken: parameters, twin paths, pages and names of failures. */
@NullMarked
package io.boathouse.registry.mlflow;

import org.jspecify.annotations.NullMarked;
