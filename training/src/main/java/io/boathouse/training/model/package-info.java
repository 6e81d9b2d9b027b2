/** Logged models: what runs made, before any of it is registered. */
@NullMarked
package io.boathouse.training.model;

import org.jspecify.annotations.NullMarked;
