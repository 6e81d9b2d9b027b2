/** From feature tables to the online store: the latest row of every key, and rows as they come. */
@NullMarked
package io.boathouse.featurestore.publish;

import org.jspecify.annotations.NullMarked;
