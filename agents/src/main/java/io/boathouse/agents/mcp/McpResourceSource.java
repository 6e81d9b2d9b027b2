package io.boathouse.agents.mcp;

import io.boathouse.platform.auth.Caller;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Where things come from that a client may read by their address. Methods block. */
public interface McpResourceSource {
  /** Something readable. */
  record Listed(String uri, String name, String description, String mimeType) {}

  /** Addresses with a part to fill in, as {@code scheme://tables/{name}}. */
  record Template(String uriTemplate, String name, String description, String mimeType) {}

  /**
   * What is read.
   *
   * @param text as text, or in base64 if it is binary
   */
  record Read(String uri, String mimeType, String text, boolean binary) {
    public static Read text(String uri, String mimeType, String text) {
      return new Read(uri, mimeType, text, false);
    }

    public static Read binary(String uri, String mimeType, byte[] bytes) {
      return new Read(uri, mimeType, Base64.getEncoder().encodeToString(bytes), true);
    }
  }

  /** What the caller may read, by address. */
  List<Listed> list(Caller caller);

  List<Template> templates();

  /**
   * Reads what the address names; empty if it is none of this source's.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND or PERMISSION_DENIED
   */
  Optional<Read> read(Caller caller, String uri);

  /** Values for the open part of a template that begin so, as far as the caller may know them. */
  List<String> complete(Caller caller, String uriTemplate, String prefix);
}
