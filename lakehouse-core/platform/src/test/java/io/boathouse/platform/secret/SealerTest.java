package io.boathouse.platform.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SealerTest {
  private static final byte[] SECRET = "a private key".getBytes(StandardCharsets.UTF_8);

  @Test
  void whatIsSealedOpensWithTheSameKeyForTheSamePurposeOnly() {
    Sealer sealer = Sealer.of(new Secret("text that is hard to guess"));
    byte[] sealed = sealer.seal("keys", SECRET);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("private");
    assertThat(sealer.seal("keys", SECRET)).isNotEqualTo(sealed);
    assertThat(Sealer.of(new Secret("text that is hard to guess")).open("keys", sealed))
        .hasValueSatisfying(opened -> assertThat(opened).isEqualTo(SECRET));
    assertThat(sealer.open("others", sealed)).isEmpty();
    assertThat(Sealer.forThisProcess().open("keys", sealed)).isEmpty();
    sealed[sealed.length - 1] ^= 1;
    assertThat(sealer.open("keys", sealed)).isEmpty();
    assertThat(sealer.open("keys", new byte[3])).isEmpty();
  }
}
