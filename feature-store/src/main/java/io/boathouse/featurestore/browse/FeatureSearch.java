package io.boathouse.featurestore.browse;

import io.boathouse.catalog.securable.FullName;
import java.util.Optional;

/**
 * What features are looked for by; what is empty does not matter.
 *
 * @param within a catalog or schema
 * @param text in the name or comment of the table, or the name or description of a feature
 * @param tag a key, or a key and value as {@code key=value}, on the table or the feature's column
 * @param owner of the table
 * @param entity a primary key column
 * @param model the full name of a model that was made with the table
 */
public record FeatureSearch(
    Optional<FullName> within,
    Optional<String> text,
    Optional<String> tag,
    Optional<String> owner,
    Optional<String> entity,
    Optional<String> model) {}
