package io.boathouse.platform.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may address this server by this Host, from this Origin. A page of a stranger
 * cannot reach the server through a name that it makes resolve to this machine (DNS rebinding): a
 * server on loopback answers to loopback names and addresses only, another one also to bare
 * addresses, and both to the configured names.
 */
final class HostPolicy {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private final boolean loopbackOnly;
  private final Set<String> hosts;
  private final Set<String> origins;

  HostPolicy(HttpConfig config) {
    this.loopbackOnly = isLoopback(config.host());
    this.hosts = lowerCase(config.allowedHosts());
    this.origins = lowerCase(config.allowedOrigins());
  }

  /** Whether the address is reachable from this machine only. */
  static boolean isLoopback(String host) {
    String name = bare(host);
    return LOOPBACK.contains(name) || (IPV4.matcher(name).matches() && name.startsWith("127."));
  }

  /** Whether the host, without its port, is a name or address of this server. */
  boolean allowsHost(@Nullable String host) {
    if (host == null || host.isEmpty()) {
      return false;
    }
    String name = bare(host);
    if (isLoopback(name) || hosts.contains(name)) {
      return true;
    }
    return !loopbackOnly && (IPV4.matcher(name).matches() || name.indexOf(':') >= 0);
  }

  /** Whether a browser page of that origin may call; clients that are no browsers send none. */
  boolean allowsOrigin(@Nullable String origin) {
    if (origin == null || origins.contains(origin.toLowerCase(Locale.ROOT))) {
      return true;
    }
    try {
      URI uri = new URI(origin);
      return uri.getHost() != null && allowsHost(uri.getHost());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static String bare(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
  }

  private static Set<String> lowerCase(List<String> names) {
    return names.stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }
}
