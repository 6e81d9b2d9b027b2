/** The durable run machine: leases, retries, cancellation, and resumption after a crash. */
@NullMarked
package io.boathouse.workflow.run;

import org.jspecify.annotations.NullMarked;
