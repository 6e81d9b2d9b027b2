/** Dynamic batching: requests that wait anyway are scored together. */
@NullMarked
package io.boathouse.serving.batch;

import org.jspecify.annotations.NullMarked;
