/** MLflow invocations and the Open Inference Protocol over the hot path. */
@NullMarked
package io.boathouse.serving.protocol;

import org.jspecify.annotations.NullMarked;
