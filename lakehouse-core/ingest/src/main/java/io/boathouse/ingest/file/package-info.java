/** Auto loader: discovery, inference, evolution, rescued data. */
@NullMarked
package io.boathouse.ingest.file;

import org.jspecify.annotations.NullMarked;
