/** Delta Spark beside the server, on the same tables. */
@NullMarked
package io.boathouse.conformance.spark;

import org.jspecify.annotations.NullMarked;
