/** Training as a workflow task: a job is checked, queued, and run in a process of its own. */
@NullMarked
package io.boathouse.training.launch;

import org.jspecify.annotations.NullMarked;
