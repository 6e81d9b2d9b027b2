/** The command line: each command is a thin client of a documented call, or starts the server. */
@NullMarked
package io.boathouse.server.cli;

import org.jspecify.annotations.NullMarked;
