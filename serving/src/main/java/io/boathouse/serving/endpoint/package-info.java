/** Serving endpoints: their configuration, traffic and the machine that rolls it out. */
@NullMarked
package io.boathouse.serving.endpoint;

import org.jspecify.annotations.NullMarked;
