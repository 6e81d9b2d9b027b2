package io.boathouse.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResultBoundsTest {
  private final ResultCache cache = new ResultCache(10_000, 3_000);

  private static final class Sink implements RowSink {
    final List<List<@Nullable Object>> rows = new ArrayList<>();

    @Override
    public void columns(List<ResultColumn> columns) {}

    @Override
    public boolean row(List<@Nullable Object> values) {
      return rows.add(values);
    }
  }

  private void keep(String key, int length) {
    ResultCache.Recording recording = cache.recording(key, new Sink());
    recording.columns(List.of());
    boolean unused = recording.row(List.of("x".repeat(length)));
    recording.done();
  }

  private boolean has(String key) {
    return cache.answer(key, new Sink());
  }

  @Test
  void theLongestUnusedGoesFirst() {
    for (String key : List.of("a", "b", "c", "d")) {
      keep(key, 1_200);
    }
    assertThat(has("a")).isTrue();
    keep("e", 1_200);
    assertThat(List.of(has("a"), has("b"), has("e"))).containsExactly(true, false, true);
    assertThat(cache.bytes()).isBetween(1L, 10_000L);
  }

  @Test
  void aGreatResultIsNotKeptAndPassesWhole() {
    Sink sink = new Sink();
    ResultCache.Recording recording = cache.recording("great", sink);
    recording.columns(List.of());
    for (int i = 0; i < 100; i++) {
      assertThat(recording.row(List.of("a row of its own"))).isTrue();
    }
    recording.done();
    assertThat(sink.rows).hasSize(100);
    assertThat(has("great")).isFalse();
    assertThat(cache.bytes()).isZero();
  }
}
