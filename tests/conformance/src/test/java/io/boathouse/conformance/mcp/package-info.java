/** The Model Context Protocol's own client for Java. */
@NullMarked
package io.boathouse.conformance.mcp;

import org.jspecify.annotations.NullMarked;
