package io.boathouse.sql.warehouse;

import io.boathouse.sql.govern.NameDefaults;
import java.util.Map;
import java.util.UUID;

/**
 * What statements of one client have in common.
 *
 * @param defaults where short names are looked up
 * @param settings by name; absent ones have their defaults
 */
public record Session(
    UUID id,
    UUID principalId,
    String warehouseId,
    NameDefaults defaults,
    Map<SessionSetting, String> settings) {
  public Session {
    settings = Map.copyOf(settings);
  }

  Session with(NameDefaults newDefaults) {
    return new Session(id, principalId, warehouseId, newDefaults, settings);
  }

  Session with(Map<SessionSetting, String> newSettings) {
    return new Session(id, principalId, warehouseId, defaults, newSettings);
  }

  /** The value of a setting. */
  public String value(SessionSetting setting) {
    return settings.getOrDefault(setting, setting.standard());
  }
}
