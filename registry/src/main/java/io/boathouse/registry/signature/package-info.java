/** Model descriptions (MLmodel files) and the input and output schema that serving enforces. */
@NullMarked
package io.boathouse.registry.signature;

import org.jspecify.annotations.NullMarked;
