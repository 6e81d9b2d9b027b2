/** One owner at a time for background work. */
@NullMarked
package io.boathouse.platform.lease;

import org.jspecify.annotations.NullMarked;
