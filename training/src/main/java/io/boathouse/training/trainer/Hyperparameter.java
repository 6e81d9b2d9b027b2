package io.boathouse.training.trainer;

import java.util.List;

/** One setting of a trainer: its name, its type and range, its default, and what it does. */
public sealed interface Hyperparameter {
  String name();

  String meaning();

  /** The default as text. */
  String defaultText();

  /** What values are accepted, in words. */
  String accepts();

  /** A whole number. */
  record Whole(String name, long low, long high, long byDefault, String meaning)
      implements Hyperparameter {
    @Override
    public String defaultText() {
      return Long.toString(byDefault);
    }

    @Override
    public String accepts() {
      return "a whole number from %d to %d".formatted(low, high);
    }
  }

  /** A number. */
  record Real(String name, double low, double high, double byDefault, String meaning)
      implements Hyperparameter {
    @Override
    public String defaultText() {
      return Double.toString(byDefault);
    }

    @Override
    public String accepts() {
      return "a number from %s to %s".formatted(low, high);
    }
  }

  /** One of some words. */
  record Choice(String name, List<String> words, String byDefault, String meaning)
      implements Hyperparameter {
    /** Copies the words in. */
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public String defaultText() {
      return byDefault;
    }

    @Override
    public String accepts() {
      return "one of " + String.join(", ", words);
    }
  }

  /** The name of one of the features; empty means the first. */
  record Feature(String name, String meaning) implements Hyperparameter {
    @Override
    public String defaultText() {
      return "";
    }

    @Override
    public String accepts() {
      return "the name of a feature";
    }
  }
}
