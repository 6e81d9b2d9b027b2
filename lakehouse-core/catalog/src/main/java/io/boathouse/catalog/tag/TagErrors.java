package io.boathouse.catalog.tag;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of tags. */
final class TagErrors {
  private static final int SHOWN = 120;

  private TagErrors() {}

  static LakeException invalid(String field, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TAG",
        "Tag: %s is '%s' (expected: %s).".formatted(field, shown(value), expected),
        Map.of("field", field, "value", shown(value)));
  }

  static LakeException notSet(String key, TaggedEntity entity) {
    return new LakeException(
        NOT_FOUND,
        "TAG_NOT_FOUND",
        "'%s' has no tag '%s'. Set it first.".formatted(entity.entityName(), shown(key)),
        Map.of("field", "tag_key", "value", shown(key)));
  }

  static LakeException alreadySet(String key, TaggedEntity entity) {
    return new LakeException(
        ALREADY_EXISTS,
        "TAG_ALREADY_EXISTS",
        "'%s' has the tag '%s' already. Update it instead."
            .formatted(entity.entityName(), shown(key)),
        Map.of("field", "tag_key", "value", shown(key)));
  }

  static LakeException noColumn(TaggedEntity entity) {
    return new LakeException(
        NOT_FOUND,
        "COLUMN_NOT_FOUND",
        "There is no column '%s'. Look at the table's columns.".formatted(entity.entityName()),
        Map.of("field", "entity_name", "value", entity.entityName()));
  }

  static LakeException tooMany(int most, TaggedEntity entity) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TOO_MANY_TAGS",
        "'%s' has %d tags, the most that one thing may have. Remove one first."
            .formatted(entity.entityName(), most),
        Map.of("field", "tag_key", "value", entity.entityName()));
  }

  static LakeException valueNotAllowed(String key, String value, List<String> allowed) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TAG_VALUE_NOT_ALLOWED",
        "The governed tag '%s' may not be '%s'. Use one of %s."
            .formatted(shown(key), shown(value), allowed),
        Map.of("field", "tag_value", "value", shown(value)));
  }

  static LakeException noPolicy(String key) {
    return new LakeException(
        NOT_FOUND,
        "TAG_POLICY_NOT_FOUND",
        "There is no tag policy '%s'. Create it first.".formatted(shown(key)),
        Map.of("field", "tag_key", "value", shown(key)));
  }

  static LakeException policyExists(String key) {
    return new LakeException(
        ALREADY_EXISTS,
        "TAG_POLICY_ALREADY_EXISTS",
        "There is a tag policy '%s' already. Update it instead.".formatted(shown(key)),
        Map.of("field", "tag_key", "value", shown(key)));
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > SHOWN ? printable.substring(0, SHOWN) + "…" : printable;
  }
}
