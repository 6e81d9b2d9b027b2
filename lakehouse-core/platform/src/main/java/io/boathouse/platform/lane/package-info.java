/** The three execution lanes and their limits. */
@NullMarked
package io.boathouse.platform.lane;

import org.jspecify.annotations.NullMarked;
