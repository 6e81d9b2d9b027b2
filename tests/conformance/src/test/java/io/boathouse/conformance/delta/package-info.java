/** Delta Kernel on the files of our tables. */
@NullMarked
package io.boathouse.conformance.delta;

import org.jspecify.annotations.NullMarked;
