/** The journeys in-process, and the rules of the house as tests. */
@NullMarked
package io.boathouse.e2e;

import org.jspecify.annotations.NullMarked;
