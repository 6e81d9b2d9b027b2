package io.boathouse.training.run;

import java.util.List;
import java.util.random.RandomGenerator;

/** Invents names for runs that come without one, such as "calm-heron-417". */
public final class RunNames {
  private static final List<String> ADJECTIVES =
      List.of(
          "amber", "bold", "brisk", "calm", "clear", "deft", "dry", "eager", "even", "fair", "fine",
          "firm", "fleet", "frank", "fresh", "gentle", "glad", "grand", "hardy", "keen", "kind",
          "level", "light", "lively", "lucid", "mellow", "mild", "neat", "nimble", "open",
          "patient", "plain", "proud", "quick", "quiet", "rapid", "ready", "salty", "sharp",
          "silver", "smooth", "sober", "solid", "spry", "steady", "still", "stout", "swift", "tidy",
          "upright", "vivid", "warm", "windy", "wise");
  private static final List<String> NOUNS =
      List.of(
          "anchor",
          "bay",
          "beacon",
          "bollard",
          "bow",
          "breeze",
          "buoy",
          "canoe",
          "cove",
          "crab",
          "crane",
          "current",
          "cutter",
          "dinghy",
          "dock",
          "dolphin",
          "ferry",
          "fjord",
          "gull",
          "harbor",
          "heron",
          "hull",
          "jetty",
          "kayak",
          "keel",
          "ketch",
          "lagoon",
          "lake",
          "lock",
          "mast",
          "mooring",
          "oar",
          "osprey",
          "otter",
          "paddle",
          "pelican",
          "pier",
          "raft",
          "reef",
          "river",
          "rudder",
          "sail",
          "schooner",
          "seal",
          "shoal",
          "skiff",
          "sloop",
          "spray",
          "swan",
          "tern",
          "tide",
          "tiller",
          "wake",
          "wharf");

  private final RandomGenerator random;

  public RunNames(RandomGenerator random) {
    this.random = random;
  }

  /** Another name; not necessarily a new one. */
  public String next() {
    return pick(ADJECTIVES) + "-" + pick(NOUNS) + "-" + random.nextInt(1000);
  }

  private String pick(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
