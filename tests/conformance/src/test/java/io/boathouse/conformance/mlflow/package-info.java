/** The MLflow Java client. */
@NullMarked
package io.boathouse.conformance.mlflow;

import org.jspecify.annotations.NullMarked;
