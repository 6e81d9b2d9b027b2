package io.boathouse.catalog.securable;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/**
 * The full name of a securable: up to three parts. Parts of catalogs, schemas and what lies in them
 * are lower-cased; comparing two full names is comparing the securables.
 *
 * @param parts from the outermost to the thing itself; empty for the metastore
 */
public record FullName(List<String> parts) {
  private static final int MAX_LENGTH = 255;

  public FullName {
    parts = List.copyOf(parts);
    if (parts.size() > 3) {
      throw SecurableErrors.invalidName(String.join(".", parts), "has more than three parts");
    }
  }

  /** The name of the metastore. */
  public static FullName metastore() {
    return new FullName(List.of());
  }

  /**
   * Parses {@code catalog.schema.name} or a prefix of it.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the bad part
   */
  public static FullName parse(String text) {
    return new FullName(List.of(text.split("\\.", -1)).stream().map(FullName::part).toList());
  }

  /**
   * Parses the name of a thing of this type: experiments and endpoints keep their spelling.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT for a bad part, or too few
   *     or too many of them
   */
  public static FullName parse(SecurableType type, String text) {
    FullName name =
        switch (type) {
          case METASTORE -> metastore();
          case EXPERIMENT, SERVING_ENDPOINT -> verbatim(text);
          case CATALOG,
              STORAGE_CREDENTIAL,
              EXTERNAL_LOCATION,
              SCHEMA,
              TABLE,
              VOLUME,
              FUNCTION,
              REGISTERED_MODEL ->
              parse(text);
        };
    if (name.parts().size() != type.parts()) {
      throw SecurableErrors.wrongParts(type, text);
    }
    return name;
  }

  /** A name of the given parts, each checked and lower-cased. */
  public static FullName of(String... parts) {
    return new FullName(List.of(parts).stream().map(FullName::part).toList());
  }

  /** A single-part name kept in its own spelling, as experiments and endpoints have. */
  public static FullName verbatim(String name) {
    if (name.isBlank() || name.length() > 500 || name.chars().anyMatch(Character::isISOControl)) {
      throw SecurableErrors.invalidName(name, "is blank, too long or has control characters");
    }
    return new FullName(List.of(name));
  }

  /** The last part. */
  public String name() {
    return parts.isEmpty() ? "" : parts.getLast();
  }

  /** The name without its last part. */
  public FullName parent() {
    return new FullName(parts.subList(0, Math.max(0, parts.size() - 1)));
  }

  public FullName child(String name) {
    return switch (parts.size()) {
      case 0 -> of(name);
      case 1 -> of(parts.get(0), name);
      default -> of(parts.get(0), parts.get(1), name);
    };
  }

  public String catalog() {
    return parts.get(0);
  }

  public String schema() {
    return parts.get(1);
  }

  @Override
  public String toString() {
    return String.join(".", parts);
  }

  private static String part(String part) {
    if (part.isEmpty() || part.length() > MAX_LENGTH) {
      throw SecurableErrors.invalidName(
          part, "is empty or longer than " + MAX_LENGTH + " characters");
    }
    String composed = Normalizer.normalize(part, Normalizer.Form.NFC);
    composed.codePoints().forEach(c -> checkCharacter(part, c));
    // Composed again, as lower-casing can take a character apart.
    String lower = Normalizer.normalize(composed.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    if (lower.length() > MAX_LENGTH) {
      throw SecurableErrors.invalidName(part, "is longer than " + MAX_LENGTH + " characters");
    }
    return lower;
  }

  /** Refuses what separates, what ends a quotation, and what cannot be seen. */
  private static void checkCharacter(String part, int c) {
    boolean refused =
        switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> c == '.' || c == '/' || c == '\\' || c == '`';
        };
    if (refused) {
      throw SecurableErrors.invalidName(part, "has the character U+%04X".formatted(c));
    }
  }
}
