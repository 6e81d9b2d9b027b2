package io.boathouse.server;

import io.boathouse.agents.mcp.McpResourceSource;
import io.boathouse.platform.auth.Caller;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resources that the protocol's own suite reads. */
final class ConformanceResources implements McpResourceSource {
  private static final Pattern DATA = Pattern.compile("test://template/([^/]+)/data");

  @Override
  public List<Listed> list(Caller caller) {
    return List.of(
        new Listed("test://static-text", "text", "A text of the suite.", "text/plain"),
        new Listed("test://static-binary", "binary", "An image of the suite.", "image/png"),
        new Listed("test://watched-resource", "watched", "A text of the suite.", "text/plain"));
  }

  @Override
  public List<Template> templates() {
    return List.of(
        new Template(
            "test://template/{id}/data", "template", "Data of the suite.", "application/json"));
  }

  @Override
  public Optional<Read> read(Caller caller, String uri) {
    Matcher data = DATA.matcher(uri);
    if (data.matches()) {
      String id = data.group(1);
      return Optional.of(
          Read.text(
              uri,
              "application/json",
              "{\"id\":\"%s\",\"templateTest\":true,\"data\":\"Data for ID: %s\"}"
                  .formatted(id, id)));
    }
    return switch (uri) {
      case "test://static-text" ->
          Optional.of(
              Read.text(uri, "text/plain", "This is the content of the static text resource."));
      case "test://static-binary" ->
          Optional.of(Read.binary(uri, "image/png", ConformanceTools.PNG));
      case "test://watched-resource" -> Optional.of(Read.text(uri, "text/plain", "Watched."));
      default -> Optional.empty();
    };
  }

  @Override
  public List<String> complete(Caller caller, String uriTemplate, String prefix) {
    return List.of();
  }
}
