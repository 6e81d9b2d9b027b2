package io.boathouse.catalog.namespace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A catalog or schema on Unity Catalog's wire; times in milliseconds since the epoch. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record NamespaceInfo(
    @JsonProperty("name") String name,
    @JsonProperty("catalog_name") @Nullable String catalogName,
    @JsonProperty("full_name") String fullName,
    @JsonProperty("catalog_type") @Nullable String catalogType,
    @JsonProperty("id") @Nullable String id,
    @JsonProperty("schema_id") @Nullable String schemaId,
    @JsonProperty("comment") @Nullable String comment,
    @JsonProperty("properties") Map<String, String> properties,
    @JsonProperty("storage_root") @Nullable String storageRoot,
    @JsonProperty("storage_location") @Nullable String storageLocation,
    @JsonProperty("owner") String owner,
    @JsonProperty("created_at") long createdAt,
    @JsonProperty("created_by") String createdBy,
    @JsonProperty("updated_at") long updatedAt,
    @JsonProperty("updated_by") String updatedBy) {

  static NamespaceInfo of(Namespace namespace) {
    Securable securable = namespace.securable();
    boolean schema = securable.type() == SecurableType.SCHEMA;
    @Nullable String root = namespace.storageRoot().orElse(null);
    return new NamespaceInfo(
        securable.name().name(),
        schema ? securable.name().catalog() : null,
        securable.name().toString(),
        schema ? null : "MANAGED_CATALOG",
        schema ? null : securable.id().toString(),
        schema ? securable.id().toString() : null,
        securable.comment().orElse(null),
        securable.properties(),
        root,
        root,
        securable.owner(),
        securable.createdAt().toEpochMilli(),
        securable.createdBy(),
        securable.updatedAt().toEpochMilli(),
        securable.updatedBy());
  }
}
