/** Latest feature values by key: the online store and its implementations. */
@NullMarked
package io.boathouse.featurestore.online;

import org.jspecify.annotations.NullMarked;
