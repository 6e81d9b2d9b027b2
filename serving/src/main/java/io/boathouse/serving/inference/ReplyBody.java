package io.boathouse.serving.inference;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A reply as it goes out.
 *
 * @param jsonBytes how many of its first bytes are JSON before tensors in binary form; empty if it
 *     is all of one form
 * @param texts the exchange in words, where the bodies are no text
 */
public record ReplyBody(
    byte[] bytes, Optional<Integer> jsonBytes, Optional<Supplier<Texts>> texts) {

  /** A request and its reply in words, for the inference table. */
  public record Texts(String request, String response) {}

  /** A reply that is text. */
  public static ReplyBody text(byte[] bytes) {
    return new ReplyBody(bytes, Optional.empty(), Optional.empty());
  }

  /** What the inference table keeps of an exchange. */
  Texts kept(byte[] request) {
    return texts
        .map(Supplier::get)
        .orElseGet(
            () ->
                new Texts(
                    new String(request, StandardCharsets.UTF_8),
                    new String(bytes, StandardCharsets.UTF_8)));
  }
}
