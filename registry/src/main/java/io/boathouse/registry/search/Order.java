package io.boathouse.registry.search;

/** One term of an order. */
record Order(Filter.Identifier identifier, boolean descending) {}
