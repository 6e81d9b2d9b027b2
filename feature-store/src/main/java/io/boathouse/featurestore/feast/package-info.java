/** The HTTP protocol of Feast's feature server, over the same feature tables and specs. */
@NullMarked
package io.boathouse.featurestore.feast;

import org.jspecify.annotations.NullMarked;
