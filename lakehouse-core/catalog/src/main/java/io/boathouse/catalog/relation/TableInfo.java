package io.boathouse.catalog.relation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A table on Unity Catalog's wire; times in milliseconds since the epoch. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TableInfo(
    @JsonProperty("name") String name,
    @JsonProperty("catalog_name") String catalogName,
    @JsonProperty("schema_name") String schemaName,
    @JsonProperty("full_name") String fullName,
    @JsonProperty("table_id") String tableId,
    @JsonProperty("table_type") String tableType,
    @JsonProperty("data_source_format") @Nullable String format,
    @JsonProperty("columns") List<ColumnInfo> columns,
    @JsonProperty("storage_location") @Nullable String storageLocation,
    @JsonProperty("view_definition") @Nullable String viewDefinition,
    @JsonProperty("comment") @Nullable String comment,
    @JsonProperty("properties") Map<String, String> properties,
    @JsonProperty("owner") String owner,
    @JsonProperty("created_at") long createdAt,
    @JsonProperty("created_by") String createdBy,
    @JsonProperty("updated_at") long updatedAt,
    @JsonProperty("updated_by") String updatedBy) {

  /**
   * @param telling whether the query of a view is told
   */
  static TableInfo of(Relation relation, boolean telling) {
    var securable = relation.securable();
    return new TableInfo(
        securable.name().name(),
        securable.name().catalog(),
        securable.name().schema(),
        securable.name().toString(),
        securable.id().toString(),
        relation.kind().name(),
        relation.format().isEmpty() ? null : relation.format(),
        IntStream.range(0, relation.columns().size())
            .mapToObj(i -> ColumnInfo.of(relation.columns().get(i), i))
            .toList(),
        relation.storageLocation().orElse(null),
        telling ? relation.viewDefinition().orElse(null) : null,
        securable.comment().orElse(null),
        securable.properties(),
        securable.owner(),
        securable.createdAt().toEpochMilli(),
        securable.createdBy(),
        securable.updatedAt().toEpochMilli(),
        securable.updatedBy());
  }
}
