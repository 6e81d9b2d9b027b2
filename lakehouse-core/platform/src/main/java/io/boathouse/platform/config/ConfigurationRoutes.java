package io.boathouse.platform.config;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings that hold, without what could be a secret. */
public final class ConfigurationRoutes implements Routes {
  static final Endpoint CONFIGURATION =
      new Endpoint(GET, "/api/2.0/boathouse/configuration", "getConfiguration")
          .requires(Permission.administrator());

  private final ConfigView view;
  private final Consumer<Caller> gate;

  /**
   * Creates the routes.
   *
   * @param gate refuses whoever may not look
   */
  public ConfigurationRoutes(ConfigView view, Consumer<Caller> gate) {
    this.view = view;
    this.gate = gate;
  }

  @Override
  public void mount(Api api) {
    api.handle(CONFIGURATION, ErrorFormat.DATABRICKS, this::get);
  }

  private Reply get(Request request) {
    gate.accept(request.caller());
    return Reply.of(
        new ConfigurationReply(view.settings().stream().map(SettingReply::of).toList()));
  }

  record ConfigurationReply(@JsonProperty("settings") List<SettingReply> settings) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SettingReply(
      @JsonProperty("key") String key,
      @JsonProperty("value") @Nullable String value,
      @JsonProperty("is_default") boolean usual,
      @JsonProperty("is_hidden") boolean hidden) {
    static SettingReply of(ConfigView.Setting setting) {
      return new SettingReply(
          setting.key(), setting.value().orElse(null), setting.usual(), setting.hidden());
    }
  }
}
