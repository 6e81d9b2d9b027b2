package io.boathouse.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterMarkersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "select :x | select $x",
        "a=:x and b>:y | a=$x and b>$y",
        "a::int, b:x, c[1:x] | a::int, b:x, c[1:x]",
        "{'k':x, 'l': :x} | {'k':x, 'l': $x}",
        "':x', \":x\", `:x` | ':x', \":x\", `:x`",
        "-- :x | -- :x",
        "range(:x) | range($x)",
        "c[1 : x] | c[1 : x]"
      })
  void onlyMarkersAreReplaced(String sql, String expected) {
    assertThat(ParameterMarkers.rewrite(sql, Set.of("x", "y"))).isEqualTo(expected);
  }

  @Test
  void aMarkerWithoutAValueIsNamed() {
    assertThatThrownBy(() -> ParameterMarkers.rewrite("select :amount", Set.of("x")))
        .hasMessageContaining(":amount");
  }
}
