package io.boathouse.table.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypesTest {
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boolean",
        "tinyint",
        "smallint",
        "int",
        "bigint",
        "float",
        "double",
        "decimal(38,18)",
        "string",
        "binary",
        "date",
        "timestamp",
        "timestamp_ntz",
        "array<array<int>>",
        "map<string,array<double>>",
        "struct<a:int,b:struct<c:map<string,decimal(5,2)>>>"
      })
  void everyTypeSurvivesItsTextsInSparkDeltaAndDuckDb(String text) {
    DataType type = DataType.parse(text);
    TableSchema schema =
        TableSchema.of(new Column("c", type, false, Optional.of("what it \"is\"")));

    assertThat(type.text()).isEqualTo(text);
    assertThat(DeltaTypes.schema(DeltaTypes.json(schema))).isEqualTo(schema);
    String engineType =
        session
            .query(
                "SELECT typeof(CAST(NULL AS " + DuckTypes.of(type) + "))", row -> row.getString(1))
            .getFirst();
    assertThat(DuckTypes.parse(engineType)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LONG | bigint",
        "Integer | int",
        "numeric | decimal(10,0)",
        "decimal(5) | decimal(5,0)",
        "ARRAY< STRUCT< `a` : int, b string > > | array<struct<a:int,b:string>>"
      })
  void otherSpellingsAreUnderstood(String text, String canonical) {
    assertThat(DataType.parse(text).text()).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nosuch",
        "array<int",
        "array<>",
        "decimal(39,1)",
        "decimal(2,3)",
        "int)",
        "map<int>"
      })
  void whatIsNoTypeIsRefused(String text) {
    assertThat(catchThrowableOfType(LakeException.class, () -> DataType.parse(text)).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  /** The defence is MAX_DEPTH in SparkTypeParser. */
  @Test
  void case38_aTypeOfAbsurdDepthIsRefused() {
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () -> DataType.parse("array<".repeat(100_000) + "int" + ">".repeat(100_000)))
                .code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UUID | string",
        "UBIGINT | decimal(20,0)",
        "HUGEINT | decimal(38,0)",
        "ENUM('a,b', 'c)') | string",
        "TIMESTAMP_NS | timestamp_ntz",
        "INTEGER[3] | array<int>",
        "STRUCT(\"a \"\"b\"\", c\" INTEGER, d VARCHAR[]) | struct<a \"b\", c:int,d:array<string>>"
      })
  void duckDbsOtherTypesAreKeptAsOurs(String duckType, String ours) {
    assertThat(DuckTypes.parse(duckType).text()).isEqualTo(ours);
  }

  @Test
  void columnNamesAreUniqueWhateverTheirCase() {
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () ->
                        TableSchema.of(
                            Column.of("a", new DataType.LongType()),
                            Column.of("A", new DataType.LongType())))
                .reason())
        .isEqualTo("DUPLICATE_COLUMN");
  }
}
