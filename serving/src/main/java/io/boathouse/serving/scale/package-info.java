/** Which models are in memory: the budget they load under, and scaling to zero. */
@NullMarked
package io.boathouse.serving.scale;

import org.jspecify.annotations.NullMarked;
