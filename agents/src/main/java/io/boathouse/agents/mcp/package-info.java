/** The Model Context Protocol server. */
@NullMarked
package io.boathouse.agents.mcp;

import org.jspecify.annotations.NullMarked;
