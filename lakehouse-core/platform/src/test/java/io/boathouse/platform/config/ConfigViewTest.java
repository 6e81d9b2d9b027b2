package io.boathouse.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.boathouse.platform.secret.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigViewTest {
  /** Every kind of value, each of which is secret where it can be. */
  record Sample(
      String text,
      Optional<String> maybe,
      Secret secret,
      Optional<Secret> maybeSecret,
      Optional<URI> endpoint,
      Optional<Path> folder,
      List<String> names,
      List<Secret> secrets,
      Map<String, String> labels,
      Map<String, Below> sections,
      Below below,
      Numbers numbers) {}

  record Below(String word) {}

  /** What says nothing but itself. */
  record Numbers(int count, long mostBytes, boolean on, Duration pause, Optional<Duration> more) {}

  private static final Sample USUAL =
      new Sample(
          "usual text",
          Optional.empty(),
          new Secret("hush"),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          Map.of(),
          Map.of(),
          new Below("usual word"),
          new Numbers(1, 1 << 20, false, Duration.ofSeconds(30), Optional.empty()));

  private static final Sample SET =
      new Sample(
          "hush",
          Optional.of("hush"),
          new Secret("hush"),
          Optional.of(new Secret("hush")),
          Optional.of(URI.create("https://hush@example.org/hush")),
          Optional.of(Path.of("hush")),
          List.of("hush"),
          List.of(new Secret("hush")),
          Map.of("hush", "hush"),
          Map.of("hush", new Below("hush")),
          new Below("hush"),
          new Numbers(7, 3 << 20, true, Duration.ofMillis(1500), Optional.of(Duration.ofDays(2))));

  @Test
  void whatCouldBeASecretIsHiddenUnlessItsKeyIsListed() {
    List<ConfigView.Setting> settings = ConfigView.of(SET, USUAL, Set.of()).settings();
    assertThat(settings.toString()).doesNotContain("hush");
    assertThat(settings)
        .filteredOn(ConfigView.Setting::hidden)
        .extracting(ConfigView.Setting::key)
        .containsExactly(
            "text",
            "maybe",
            "secret",
            "maybe_secret",
            "endpoint",
            "folder",
            "names",
            "secrets",
            "labels",
            "sections",
            "below.word");
  }

  @Test
  void listingShowsTextsButNeverSecretsNorSections() {
    Set<String> all =
        Set.of("text", "names", "folder", "labels", "sections", "below.word", "maybe");
    assertThat(ConfigView.of(SET, USUAL, all).settings())
        .filteredOn(ConfigView.Setting::hidden)
        .extracting(ConfigView.Setting::key)
        .containsExactly("secret", "maybe_secret", "endpoint", "secrets", "sections");
  }

  @Test
  void aKeyWithTheNameOfASecretCannotBeListed() {
    for (String key :
        List.of("secret", "online.password", "storage.access_key", "api_token", "database.url")) {
      assertThat(catchThrowable(() -> ConfigView.of(SET, USUAL, Set.of(key))))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(key);
    }
  }

  @Test
  void defaultsAreShownAsTheFileHasThem() {
    assertThat(ConfigView.of(USUAL, USUAL, Set.of()).settings())
        .contains(
            new ConfigView.Setting("text", Optional.of("usual text"), true, false),
            new ConfigView.Setting("maybe", Optional.empty(), true, false),
            new ConfigView.Setting("secret", Optional.empty(), true, true),
            new ConfigView.Setting("numbers.most_bytes", Optional.of("1MB"), true, false),
            new ConfigView.Setting("numbers.pause", Optional.of("30s"), true, false));
    assertThat(ConfigView.of(SET, USUAL, Set.of()).settings())
        .contains(
            new ConfigView.Setting("numbers.count", Optional.of("7"), false, false),
            new ConfigView.Setting("numbers.most_bytes", Optional.of("3MB"), false, false),
            new ConfigView.Setting("numbers.pause", Optional.of("1500ms"), false, false),
            new ConfigView.Setting("numbers.more", Optional.of("2d"), false, false));
  }
}
