package io.boathouse.platform.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {
  @TempDir static Path temp;
  private static DuckSession session;

  @BeforeAll
  static void open() {
    session = new DuckDb(new DuckDbConfig("256MB", 1, temp)).open(DuckAccess.scratchOnly());
  }

  @AfterAll
  static void close() {
    session.close();
  }

  /** Seen to fail when SqlText.identifier and .string did not double the quote. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "select",
        "a\"b",
        "\"",
        "\"\"; drop table t; --",
        "x'; drop table t; --",
        "back`tick",
        "semi;colon -- comment /* open",
        "line\nbreak",
        "pаypal (a Cyrillic а)",
        "zero\u200bwidth",
        "\\",
        "$$tag$$",
        "emoji 🚤"
      })
  void case32_hostileNamesAndTextsStayNamesAndTexts(String hostile) {
    session.execute("CREATE OR REPLACE TABLE t (" + SqlText.identifier(hostile) + " VARCHAR)");
    session.execute("INSERT INTO t VALUES (" + SqlText.literal(hostile) + ")");

    assertThat(
            session.query(
                "SELECT " + SqlText.identifier(hostile) + " FROM t",
                row -> row.getMetaData().getColumnName(1) + "=" + row.getString(1)))
        .containsExactly(hostile + "=" + hostile);
  }

  @Test
  void case32_aNameOrTextWithNulIsRefused() {
    for (Runnable quote :
        List.<Runnable>of(() -> SqlText.identifier("a\0b"), () -> SqlText.literal("a\0b"))) {
      assertThat(catchThrowableOfType(LakeException.class, quote::run).code())
          .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Test
  void literalsKeepTypeAndValue() {
    assertThat(typed(null)).isEqualTo("\"NULL\" null");
    assertThat(typed(true)).isEqualTo("BOOLEAN true");
    assertThat(typed(-7)).isEqualTo("INTEGER -7");
    assertThat(typed(Long.MIN_VALUE)).isEqualTo("BIGINT -9223372036854775808");
    assertThat(typed(0.1)).isEqualTo("DOUBLE 0.1");
    assertThat(typed(Double.NaN)).isEqualTo("DOUBLE nan");
    assertThat(typed(Double.NEGATIVE_INFINITY)).isEqualTo("DOUBLE -inf");
    assertThat(typed(Float.MIN_VALUE)).isEqualTo("FLOAT 1e-45");
    assertThat(typed(new BigDecimal("-12.340"))).isEqualTo("DECIMAL(5,3) -12.340");
    assertThat(typed(new BigDecimal("1E+3"))).isEqualTo("DECIMAL(4,0) 1000");
    assertThat(typed(UUID.fromString("00000000-0000-0000-0000-00000000000a")))
        .isEqualTo("UUID 00000000-0000-0000-0000-00000000000a");
    assertThat(typed(new byte[] {0, (byte) 0xff})).isEqualTo("BLOB \\x00\\xFF");
    assertThat(typed(LocalDate.of(2001, 4, 1))).isEqualTo("DATE 2001-04-01");
    assertThat(typed(LocalDate.of(12345, 1, 1))).isEqualTo("DATE 12345-01-01");
    assertThat(typed(LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000)))
        .isEqualTo("TIMESTAMP 1969-12-31 23:59:59.999999");
    assertThat(typed(Instant.parse("2001-06-30T12:00:00.000001Z")))
        .isEqualTo("TIMESTAMP WITH TIME ZONE 2001-06-30 12:00:00.000001+00");
    assertThat(typed(OffsetDateTime.parse("2001-06-30T12:00:00+02:00")))
        .isEqualTo("TIMESTAMP WITH TIME ZONE 2001-06-30 10:00:00+00");
    assertThat(typed(List.of("a'b", "c"))).isEqualTo("VARCHAR[] ['a\\'b', c]");
  }

  private static String typed(Object value) {
    String literal = SqlText.literal(value);
    return session
        .query(
            "SELECT typeof(" + literal + "), CAST(" + literal + " AS VARCHAR)",
            row -> row.getString(1) + " " + row.getString(2))
        .getFirst();
  }
}
