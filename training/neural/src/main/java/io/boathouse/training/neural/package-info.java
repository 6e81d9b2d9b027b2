/** Fitting small neural networks with DJL and PyTorch, in a training process of their own. */
@NullMarked
package io.boathouse.training.neural;

import org.jspecify.annotations.NullMarked;
