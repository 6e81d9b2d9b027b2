/** The composition root: main and the wiring of all rooms. */
@NullMarked
package io.boathouse.server;

import org.jspecify.annotations.NullMarked;
