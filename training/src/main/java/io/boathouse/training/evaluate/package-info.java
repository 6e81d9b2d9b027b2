/** How good a model is: metrics, intervals, calibration, importance, and their pictures. */
@NullMarked
package io.boathouse.training.evaluate;

import org.jspecify.annotations.NullMarked;
