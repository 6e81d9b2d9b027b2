package io.boathouse.catalog.relation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.HttpErrors;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A column on Unity Catalog's wire. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ColumnInfo(
    @JsonProperty("name") @Nullable String name,
    @JsonProperty("type_text") @Nullable String typeText,
    @JsonProperty("type_json") @Nullable String typeJson,
    @JsonProperty("type_name") @Nullable String typeName,
    @JsonProperty("type_precision") @Nullable Integer typePrecision,
    @JsonProperty("type_scale") @Nullable Integer typeScale,
    @JsonProperty("position") @Nullable Integer position,
    @JsonProperty("comment") @Nullable String comment,
    @JsonProperty("nullable") @Nullable Boolean nullable,
    @JsonProperty("partition_index") @Nullable Integer partitionIndex) {

  RelationColumn toColumn() {
    if (name == null) {
      throw HttpErrors.missingParameter("columns.name");
    }
    if (typeText == null && typeName == null) {
      throw HttpErrors.missingParameter("columns.type_text");
    }
    String family = Objects.requireNonNullElse(typeName, "STRING");
    return new RelationColumn(
        name,
        Objects.requireNonNullElse(typeText, family),
        family,
        Optional.ofNullable(typeJson),
        Optional.ofNullable(typePrecision),
        Optional.ofNullable(typeScale),
        !Boolean.FALSE.equals(nullable),
        Optional.ofNullable(comment),
        Optional.ofNullable(partitionIndex));
  }

  static ColumnInfo of(RelationColumn column, int position) {
    return new ColumnInfo(
        column.name(),
        column.typeText(),
        column.typeJson().orElse(null),
        column.typeName(),
        column.typePrecision().orElse(null),
        column.typeScale().orElse(null),
        position,
        column.comment().orElse(null),
        column.nullable(),
        column.partitionIndex().orElse(null));
  }
}
