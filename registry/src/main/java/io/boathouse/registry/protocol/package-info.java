/** MLflow's registry calls and Unity Catalog's calls for models, over the same rows. */
@NullMarked
package io.boathouse.registry.protocol;

import org.jspecify.annotations.NullMarked;
