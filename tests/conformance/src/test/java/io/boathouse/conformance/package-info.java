/** Other people's clients against the packaged server. */
@NullMarked
package io.boathouse.conformance;

import org.jspecify.annotations.NullMarked;
