/** What runs read: datasets, with the versions of governed tables where they are told. */
@NullMarked
package io.boathouse.training.dataset;

import org.jspecify.annotations.NullMarked;
