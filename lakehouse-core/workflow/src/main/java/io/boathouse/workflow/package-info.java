/** Everything that runs on a trigger and must survive a crash. */
@NullMarked
package io.boathouse.workflow;

import org.jspecify.annotations.NullMarked;
