package io.boathouse.featurestore.join;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands before the columns of a training matrix file, little endian: the eight bytes {@code
 * BHMATRIX}, the format number (int32), the length of the JSON header (int32), the JSON header,
 * zeros up to a multiple of 64. Then each column, contiguous, one float64 a row, and nothing after.
 */
record MatrixHeader(long rows, List<MatrixColumn> columns, Map<String, String> attributes) {
  static final int FORMAT = 1;
  static final int PREFIX_BYTES = 16;
  static final int MAX_HEADER_BYTES = 4 << 20;
  static final int MAX_COLUMNS = 10_000;
  private static final byte[] MAGIC = "BHMATRIX".getBytes(StandardCharsets.US_ASCII);
  private static final int ALIGNMENT = 64;

  MatrixHeader {
    columns = List.copyOf(columns);
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    if (rows < 0) {
      throw MatrixErrors.invalid("rows", Long.toString(rows), "must not be negative");
    }
    if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
      throw MatrixErrors.invalid(
          "columns", Integer.toString(columns.size()), "must be 1 to " + MAX_COLUMNS);
    }
    var names = new HashSet<String>();
    for (MatrixColumn column : columns) {
      if (!names.add(column.name())) {
        throw MatrixErrors.invalid("columns.name", column.name(), "appears twice");
      }
    }
    try {
      Math.multiplyExact(Math.multiplyExact(rows, (long) columns.size()), (long) Double.BYTES);
    } catch (ArithmeticException e) {
      throw MatrixErrors.invalid("rows", Long.toString(rows), "overflows the size of a file");
    }
  }

  long columnBytes() {
    return rows * Double.BYTES;
  }

  long dataBytes() {
    return columnBytes() * columns.size();
  }

  static long dataOffset(int headerBytes) {
    long end = (long) PREFIX_BYTES + headerBytes;
    return (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The bytes up to the first column. */
  ByteBuffer encode() {
    byte[] json = json();
    if (json.length > MAX_HEADER_BYTES) {
      throw MatrixErrors.invalid(
          "header", json.length + " bytes", "exceeds " + MAX_HEADER_BYTES + " bytes");
    }
    var buffer =
        ByteBuffer.allocate(Math.toIntExact(dataOffset(json.length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).putInt(FORMAT).putInt(json.length).put(json);
    return buffer.rewind();
  }

  private byte[] json() {
    ObjectNode root = Json.mapper().createObjectNode().put("rows", rows);
    ArrayNode array = root.putArray("columns");
    for (MatrixColumn column : columns) {
      array
          .addObject()
          .put("name", column.name())
          .put("type", column.type().name().toLowerCase(Locale.ROOT))
          .put("role", column.role().name().toLowerCase(Locale.ROOT));
    }
    ObjectNode extra = root.putObject("attributes");
    attributes.forEach(extra::put);
    return Json.write(root);
  }

  /** Checks magic and format, and returns the length of the JSON header. */
  static int headerBytes(Path file, ByteBuffer prefix) {
    ByteBuffer little = prefix.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    little.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw MatrixErrors.malformed(file, "it does not start with BHMATRIX", null);
    }
    int format = little.getInt();
    if (format != FORMAT) {
      throw MatrixErrors.malformed(
          file, "its format is " + format + ", this version reads " + FORMAT, null);
    }
    int length = little.getInt();
    if (length <= 0 || length > MAX_HEADER_BYTES) {
      throw MatrixErrors.malformed(file, "its header claims " + length + " bytes", null);
    }
    return length;
  }

  static MatrixHeader decode(Path file, byte[] json) {
    try {
      return decode(Json.parse(json));
    } catch (LakeException e) {
      throw MatrixErrors.malformed(file, "its header is wrong (" + e.message() + ")", e);
    } catch (IllegalArgumentException e) {
      throw MatrixErrors.malformed(file, "its header cannot be read", e);
    }
  }

  private static MatrixHeader decode(JsonNode root) {
    JsonNode rows = root.path("rows");
    if (!rows.isIntegralNumber() || !rows.canConvertToLong()) {
      throw MatrixErrors.invalid("rows", rows.toString(), "is not a whole number of 64 bits");
    }
    var columns = new ArrayList<MatrixColumn>();
    for (JsonNode column : root.path("columns")) {
      columns.add(
          new MatrixColumn(
              column.path("name").asText(),
              MatrixColumn.Type.valueOf(upper(column.path("type"))),
              MatrixColumn.Role.valueOf(upper(column.path("role")))));
    }
    var attributes = new TreeMap<String, String>();
    for (Map.Entry<String, JsonNode> entry : root.path("attributes").properties()) {
      attributes.put(entry.getKey(), entry.getValue().asText());
    }
    return new MatrixHeader(rows.longValue(), columns, attributes);
  }

  private static String upper(JsonNode node) {
    return node.asText().toUpperCase(Locale.ROOT);
  }
}
