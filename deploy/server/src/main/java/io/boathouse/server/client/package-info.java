/** Calls to a running server over its documented endpoints, as the command line makes them. */
@NullMarked
package io.boathouse.server.client;

import org.jspecify.annotations.NullMarked;
