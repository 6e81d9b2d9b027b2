package io.boathouse.featurestore.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.platform.http.HttpErrors;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A spec's definition as JSON, on the wire and in the metadata database. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SpecJson(
    @JsonProperty("request_columns") @Nullable List<ColumnJson> requestColumns,
    @JsonProperty("lookups") @Nullable List<LookupJson> lookups,
    @JsonProperty("functions") @Nullable List<FunctionJson> functions,
    @JsonProperty("timestamp_key") @Nullable String timestampKey,
    @JsonProperty("exclude_columns") @Nullable List<String> excludeColumns) {

  static SpecJson of(SpecDefinition definition) {
    return new SpecJson(
        definition.requestColumns().stream()
            .map(column -> new ColumnJson(column.name(), column.type().name()))
            .toList(),
        definition.lookups().stream().map(LookupJson::of).toList(),
        FunctionJson.of(definition.functions()),
        definition.timestampKey().orElse(null),
        definition.excludedColumns());
  }

  SpecDefinition toDefinition() {
    return new SpecDefinition(
        list(requestColumns).stream().map(ColumnJson::toColumn).toList(),
        list(lookups).stream().map(LookupJson::toLookup).toList(),
        list(functions).stream().map(FunctionJson::toFunction).toList(),
        Optional.ofNullable(timestampKey),
        list(excludeColumns));
  }

  private static <T> List<T> list(@Nullable List<T> values) {
    return Objects.requireNonNullElse(values, List.of());
  }

  private static <K, V> Map<K, V> map(@Nullable Map<K, V> values) {
    return Objects.requireNonNullElse(values, Map.of());
  }

  record ColumnJson(
      @JsonProperty("name") @Nullable String name, @JsonProperty("type") @Nullable String type) {
    RequestColumn toColumn() {
      return new RequestColumn(
          HttpErrors.required("request_columns.name", name),
          type(HttpErrors.required("request_columns.type", type)));
    }

    /** Both our words and SQL's. */
    private static ValueType type(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "long", "bigint", "int", "integer", "smallint", "tinyint" -> ValueType.LONG;
        case "double", "float" -> ValueType.DOUBLE;
        case "boolean" -> ValueType.BOOLEAN;
        case "string" -> ValueType.STRING;
        case "timestamp" -> ValueType.TIMESTAMP;
        default ->
            throw SpecErrors.invalid(
                "request_columns.type", text, "one of " + Arrays.toString(ValueType.values()));
      };
    }
  }

  record FunctionJson(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("expression") @Nullable String expression) {
    /** Null without functions, as a spec was kept before there were any. */
    static @Nullable List<FunctionJson> of(List<FeatureFunction> functions) {
      return functions.isEmpty()
          ? null
          : functions.stream().map(f -> new FunctionJson(f.name(), f.expression())).toList();
    }

    FeatureFunction toFunction() {
      return new FeatureFunction(
          HttpErrors.required("functions.name", name),
          HttpErrors.required("functions.expression", expression));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LookupJson(
      @JsonProperty("table") @Nullable String table,
      @JsonProperty("features") @Nullable List<String> features,
      @JsonProperty("lookup_keys") @Nullable List<String> lookupKeys,
      @JsonProperty("tolerance_seconds") @Nullable Long toleranceSeconds,
      @JsonProperty("default_values") @Nullable Map<String, Object> defaults,
      @JsonProperty("rename_outputs") @Nullable Map<String, String> renames,
      @JsonProperty("prefix") @Nullable String prefix) {
    static LookupJson of(FeatureLookup lookup) {
      return new LookupJson(
          lookup.table().toString(),
          lookup.features(),
          lookup.lookupKeys(),
          lookup.tolerance().map(Duration::toSeconds).orElse(null),
          new TreeMap<>(lookup.defaults()),
          new TreeMap<>(lookup.renames()),
          lookup.prefix());
    }

    FeatureLookup toLookup() {
      map(defaults)
          .forEach(
              (feature, value) -> HttpErrors.required("lookups.default_values." + feature, value));
      return new FeatureLookup(
          FullName.parse(SecurableType.TABLE, HttpErrors.required("lookups.table", table)),
          list(features),
          HttpErrors.required("lookups.lookup_keys", lookupKeys),
          Optional.ofNullable(toleranceSeconds).map(Duration::ofSeconds),
          map(defaults),
          map(renames),
          Objects.requireNonNullElse(prefix, ""));
    }
  }
}
