/** Tools for agents, and the protocol by which agents call them. */
@NullMarked
package io.boathouse.agents;

import org.jspecify.annotations.NullMarked;
