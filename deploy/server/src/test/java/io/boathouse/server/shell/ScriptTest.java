package io.boathouse.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How a text is taken apart, which is as the server's own reader of statements sees it. */
class ScriptTest {
  private static List<String> texts(String script) {
    return Script.of(script).all().stream().map(Script.Part::text).toList();
  }

  @Test
  void semicolonsInTextsNamesAndCommentsEndNothing() {
    assertThat(texts("select ';', \"a;b\", `c;d` -- no; end\n; select 2 /* ; */; "))
        .containsExactly("select ';', \"a;b\", `c;d` -- no; end", "select 2 /* ; */");
    assertThat(texts("select 'it''s;', e'a\\';b', $x$ ; $x$; select 2"))
        .containsExactly("select 'it''s;', e'a\\';b', $x$ ; $x$", "select 2");
  }

  @Test
  void commentsDoNotNest() {
    assertThat(texts("select /* a /* b */ 1; select 2 -- */"))
        .containsExactly("select /* a /* b */ 1", "select 2 -- */");
  }

  @Test
  void aStatementKnowsTheLineAtWhichItBegins() {
    Script script = Script.of("-- first\n\nselect 1;\nselect\n2;\n\\x on\nselect 3;");
    assertThat(script.statements())
        .containsExactly(
            new Script.Part("select 1", 3),
            new Script.Part("select\n2", 4),
            new Script.Part("\\x on", 6),
            new Script.Part("select 3", 7));
    assertThat(script.rest().text()).isEmpty();
  }

  @Test
  void whatHasNoSemicolonYetIsNotWhole() {
    assertThat(StatementInput.isWhole("select 1")).isFalse();
    assertThat(StatementInput.isWhole("select ';")).isFalse();
    assertThat(StatementInput.isWhole("select 1; -- and more")).isTrue();
    assertThat(StatementInput.isWhole("\\d flights")).isTrue();
    assertThat(StatementInput.isWhole(" EXIT ")).isTrue();
    assertThat(StatementInput.isWhole("")).isTrue();
  }
}
