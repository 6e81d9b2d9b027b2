/** The files of model versions: where they come from, their copy, their digests. */
@NullMarked
package io.boathouse.registry.artifact;

import org.jspecify.annotations.NullMarked;
