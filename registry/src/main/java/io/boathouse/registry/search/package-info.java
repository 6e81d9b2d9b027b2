/** The search grammar of the MLflow calls: filters and orders, parsed and compiled to bound SQL. */
@NullMarked
package io.boathouse.registry.search;

import org.jspecify.annotations.NullMarked;
