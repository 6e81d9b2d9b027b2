package io.boathouse.platform.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where settings come from; the later one wins.
 *
 * @param file a YAML file
 * @param environment all environment variables; {@code BOATHOUSE_SERVER_PORT} sets {@code
 *     server.port}
 * @param flags dotted keys with their values, as {@code --set server.port=8080}
 */
public record ConfigSources(
    Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
  public ConfigSources {
    environment = Map.copyOf(environment);
    flags = Map.copyOf(flags);
  }
}
