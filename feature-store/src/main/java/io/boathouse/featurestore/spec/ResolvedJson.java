package io.boathouse.featurestore.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.OutputColumn.Source;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resolved columns of a spec version as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ResolvedJson(
    @JsonProperty("outputs") List<OutputJson> outputs,
    @JsonProperty("hidden") @Nullable List<OutputJson> hidden,
    @JsonProperty("inputs") List<InputJson> inputs) {

  static ResolvedJson of(SpecResolver resolved) {
    List<OutputJson> hidden = resolved.hidden().stream().map(OutputJson::of).toList();
    return new ResolvedJson(
        resolved.outputs().stream().map(OutputJson::of).toList(),
        hidden.isEmpty() ? null : hidden,
        resolved.inputs().stream().map(InputJson::of).toList());
  }

  List<OutputColumn> toHidden() {
    return hidden == null ? List.of() : hidden.stream().map(OutputJson::toOutput).toList();
  }

  List<OutputColumn> toOutputs() {
    return outputs.stream().map(OutputJson::toOutput).toList();
  }

  List<InputColumn> toInputs() {
    return inputs.stream()
        .map(input -> new InputColumn(input.name(), ValueType.valueOf(input.type())))
        .toList();
  }

  record InputJson(@JsonProperty("name") String name, @JsonProperty("type") String type) {
    static InputJson of(InputColumn input) {
      return new InputJson(input.name(), input.type().name());
    }
  }

  /**
   * @param lookup position of the lookup; absent for other columns
   * @param computed whether a function gives it; absent if not
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OutputJson(
      @JsonProperty("name") String name,
      @JsonProperty("type") String type,
      @JsonProperty("lookup") @Nullable Integer lookup,
      @JsonProperty("feature") @Nullable String feature,
      @JsonProperty("default_value") @Nullable Object defaultValue,
      @JsonProperty("computed") @Nullable Boolean computed) {
    static OutputJson of(OutputColumn output) {
      return switch (output.source()) {
        case Source.Request request ->
            new OutputJson(output.name(), output.type().name(), null, null, null, null);
        case Source.Looked looked ->
            new OutputJson(
                output.name(),
                output.type().name(),
                looked.lookup(),
                looked.feature(),
                looked.defaultValue().orElse(null),
                null);
        case Source.Computed computed ->
            new OutputJson(output.name(), output.type().name(), null, null, null, true);
      };
    }

    OutputColumn toOutput() {
      ValueType valueType = ValueType.valueOf(type);
      if (lookup == null || feature == null) {
        return new OutputColumn(
            name,
            valueType,
            Boolean.TRUE.equals(computed) ? new Source.Computed() : new Source.Request());
      }
      Optional<Object> value =
          Optional.ofNullable(defaultValue)
              .map(given -> RequestValues.typed(name, valueType, given));
      return new OutputColumn(name, valueType, new Source.Looked(lookup, feature, value));
    }
  }
}
