package io.boathouse.featurestore.browse;

import java.util.List;

/**
 * Where a feature table comes from and what was made with it; only what the caller may know of.
 *
 * @param sources tables and files
 * @param specs feature specs
 * @param models model versions, as {@code name/version}
 * @param endpoints that serve them
 * @param complete whether nothing was left out for length
 */
public record FeatureUse(
    List<String> sources,
    List<String> specs,
    List<String> models,
    List<String> endpoints,
    boolean complete) {
  public FeatureUse {
    sources = List.copyOf(sources);
    specs = List.copyOf(specs);
    models = List.copyOf(models);
    endpoints = List.copyOf(endpoints);
  }
}
