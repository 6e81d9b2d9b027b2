/** The hot path: from a request's rows to tensors, scores and a reply, without waiting. */
@NullMarked
package io.boathouse.serving.inference;

import org.jspecify.annotations.NullMarked;
