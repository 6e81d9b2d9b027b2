package io.boathouse.agents.tool;

import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/** A piece of what a tool, a prompt or a resource says to a model. */
public sealed interface Content {

  /** Plain text. */
  record Text(String text) implements Content {}

  /** A picture or a sound. */
  record Media(Kind kind, String mimeType, byte[] bytes) implements Content {
    public Media {
      bytes = bytes.clone();
    }

    /** What it is for. */
    public enum Kind {
      IMAGE,
      AUDIO
    }

    /** The bytes as the protocol carries them. */
    public String base64() {
      return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Media media
          && kind == media.kind
          && mimeType.equals(media.mimeType)
          && Arrays.equals(bytes, media.bytes);
    }

    @Override
    public int hashCode() {
      return Objects.hash(kind, mimeType, Arrays.hashCode(bytes));
    }
  }

  /** Text that has an address of its own. */
  record Resource(String uri, String mimeType, String text) implements Content {}
}
