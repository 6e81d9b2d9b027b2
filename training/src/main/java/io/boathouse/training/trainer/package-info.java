/** Trainers, the models they make, and the child process that runs one training job. */
@NullMarked
package io.boathouse.training.trainer;

import org.jspecify.annotations.NullMarked;
