package io.boathouse.catalog.namespace;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.SecurableChange;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client wants changed about a catalog or schema. */
record NamespaceUpdate(
    @JsonProperty("new_name") @Nullable String newName,
    @JsonProperty("comment") @Nullable String comment,
    @JsonProperty("owner") @Nullable String owner,
    @JsonProperty("properties") @Nullable Map<String, String> properties) {
  SecurableChange toChange() {
    return new SecurableChange(
        Optional.ofNullable(newName),
        Optional.ofNullable(comment),
        Optional.ofNullable(owner),
        Optional.ofNullable(properties));
  }
}
