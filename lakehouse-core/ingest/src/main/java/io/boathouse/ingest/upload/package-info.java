/** Files to volumes and tables. */
@NullMarked
package io.boathouse.ingest.upload;

import org.jspecify.annotations.NullMarked;
