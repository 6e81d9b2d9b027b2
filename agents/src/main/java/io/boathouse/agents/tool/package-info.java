/** Tools, what their arguments look like, and their execution with an access check. */
@NullMarked
package io.boathouse.agents.tool;

import org.jspecify.annotations.NullMarked;
