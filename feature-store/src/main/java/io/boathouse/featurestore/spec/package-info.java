/** Feature specs: lookups and request columns that make the inputs of a model. */
@NullMarked
package io.boathouse.featurestore.spec;

import org.jspecify.annotations.NullMarked;
