/** The Databricks SDK for Java. */
@NullMarked
package io.boathouse.conformance.databricks;

import org.jspecify.annotations.NullMarked;
