package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What of SCIM is served (RFC 7643 section 5). */
record ScimServiceConfig(
    @JsonProperty("schemas") List<String> schemas,
    @JsonProperty("patch") Offer patch,
    @JsonProperty("bulk") Bulk bulk,
    @JsonProperty("filter") Filter filter,
    @JsonProperty("changePassword") Offer changePassword,
    @JsonProperty("sort") Offer sort,
    @JsonProperty("etag") Offer etag,
    @JsonProperty("authenticationSchemes") List<Scheme> authenticationSchemes) {
  static final ScimServiceConfig OURS =
      new ScimServiceConfig(
          List.of("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
          new Offer(true),
          new Bulk(false, 0, 0),
          new Filter(true, 1_000),
          new Offer(false),
          new Offer(true),
          new Offer(false),
          List.of(
              new Scheme(
                  "oauthbearertoken", "Bearer", "A token in the Authorization header (RFC 6750)")));

  /** Whether something is served. */
  record Offer(@JsonProperty("supported") boolean supported) {}

  /** Many operations in one request. */
  record Bulk(
      @JsonProperty("supported") boolean supported,
      @JsonProperty("maxOperations") int maxOperations,
      @JsonProperty("maxPayloadSize") int maxPayloadSize) {}

  /** Listings with filters. */
  record Filter(
      @JsonProperty("supported") boolean supported, @JsonProperty("maxResults") int maxResults) {}

  /** How to log in. */
  record Scheme(
      @JsonProperty("type") String type,
      @JsonProperty("name") String name,
      @JsonProperty("description") String description) {}
}
