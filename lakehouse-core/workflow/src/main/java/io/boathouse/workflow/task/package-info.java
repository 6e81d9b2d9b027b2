/** What a run executes: the task runners by kind. */
@NullMarked
package io.boathouse.workflow.task;

import org.jspecify.annotations.NullMarked;
