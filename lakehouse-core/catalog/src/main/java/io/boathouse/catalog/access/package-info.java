/**
 * Grants, groups, tags and policies as a file: what it would change, for whom, and changing it; and
 * the words of Databricks for who has which level on one thing.
 */
@NullMarked
package io.boathouse.catalog.access;

import org.jspecify.annotations.NullMarked;
