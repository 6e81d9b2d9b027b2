/** Strict configuration: YAML, environment and flags into one record per section. */
@NullMarked
package io.boathouse.platform.config;

import org.jspecify.annotations.NullMarked;
