/** Inference tables: what was asked and answered, as rows of governed tables. */
@NullMarked
package io.boathouse.serving.capture;

import org.jspecify.annotations.NullMarked;
