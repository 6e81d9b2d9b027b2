/** Point-in-time join, and the file by which a training set is handed on. */
@NullMarked
package io.boathouse.featurestore.join;

import org.jspecify.annotations.NullMarked;
