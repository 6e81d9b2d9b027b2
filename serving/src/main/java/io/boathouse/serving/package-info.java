/** Endpoints, model runtimes, predictions, inference tables. */
@NullMarked
package io.boathouse.serving;

import org.jspecify.annotations.NullMarked;
