package io.boathouse.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Where a listing goes on: the keys of the last row shown, in the order of the listing. Clients see
 * an opaque text; whoever changes it gets another place of what they may see anyway, or a 400.
 */
public record PageToken(List<String> keys) {
  private static final int LONGEST = 8_192;

  public PageToken {
    keys = List.copyOf(keys);
  }

  /** The token that goes on after a row with these keys. */
  public static PageToken after(List<String> keys) {
    return new PageToken(keys);
  }

  /**
   * Reads a token back.
   *
   * @param size how many keys a token of this listing has
   * @throws LakeException INVALID_ARGUMENT if no listing of this kind gave it out
   */
  public static PageToken decode(String encoded, int size) {
    try {
      if (encoded.length() > LONGEST) {
        throw HttpErrors.invalidParameter("page_token", encoded, "the token of a previous page");
      }
      String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
      List<String> keys = new ArrayList<>();
      for (JsonNode key : Json.parse(text)) {
        if (key.isTextual()) {
          keys.add(key.textValue());
        }
      }
      if (keys.size() == size) {
        return new PageToken(keys);
      }
    } catch (IllegalArgumentException | LakeException e) {
      throw HttpErrors.invalidParameter("page_token", encoded, "the token of a previous page");
    }
    throw HttpErrors.invalidParameter("page_token", encoded, "the token of a previous page");
  }

  /** The form that clients see. */
  public String encoded() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(keys));
  }
}
