/**
 * The HTTP server, the bridge to virtual threads, endpoints and one error renderer per protocol.
 */
@NullMarked
package io.boathouse.platform.http;

import org.jspecify.annotations.NullMarked;
