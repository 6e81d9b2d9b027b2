/** A request and its reply, word for word, for the operations that the server offers. */
@NullMarked
package io.boathouse.conformance.golden;

import org.jspecify.annotations.NullMarked;
