package io.boathouse.training.trainer;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A trainer's settings, every one of them present and within its range. Immutable. */
public final class Hyperparameters {
  private final Map<String, Object> values;

  private Hyperparameters(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /**
   * Checks what was asked for and fills in defaults.
   *
   * @param asked numbers, or texts that read as such
   * @throws io.boathouse.platform.error.LakeException naming a setting that is unknown, with those
   *     that are known, or out of its range, with the range
   */
  public static Hyperparameters resolve(Trainer trainer, Map<String, ?> asked) {
    List<Hyperparameter> known = trainer.hyperparameters();
    var unknown = new TreeSet<>(asked.keySet());
    var values = new LinkedHashMap<String, Object>();
    for (Hyperparameter parameter : known) {
      unknown.remove(parameter.name());
      Object value = asked.get(parameter.name());
      values.put(
          parameter.name(),
          parse(trainer, parameter, value == null ? parameter.defaultText() : value));
    }
    if (!unknown.isEmpty()) {
      throw TrainerErrors.unknownHyperparameter(
          trainer.name(), unknown.first(), known.stream().map(Hyperparameter::name).toList());
    }
    return new Hyperparameters(values);
  }

  private static Object parse(Trainer trainer, Hyperparameter parameter, Object value) {
    String text = value.toString();
    try {
      switch (parameter) {
        case Hyperparameter.Whole whole -> {
          long number = new BigDecimal(text).longValueExact();
          if (number >= whole.low() && number <= whole.high()) {
            return number;
          }
        }
        case Hyperparameter.Real real -> {
          double number = new BigDecimal(text).doubleValue();
          if (number >= real.low() && number <= real.high()) {
            return number;
          }
        }
        case Hyperparameter.Choice choice -> {
          if (choice.words().contains(text)) {
            return text;
          }
        }
        case Hyperparameter.Feature feature -> {
          return text;
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw TrainerErrors.invalidHyperparameter(trainer.name(), parameter, text, e);
    }
    throw TrainerErrors.invalidHyperparameter(trainer.name(), parameter, text, null);
  }

  int whole(String name) {
    return Math.toIntExact((Long) value(name));
  }

  double real(String name) {
    return (Double) value(name);
  }

  String text(String name) {
    return (String) value(name);
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "hyper-parameter: " + name + " (expected: a declared one)");
    }
    return value;
  }

  /** Every setting as text, in the trainer's order: what a run logs. */
  public Map<String, String> asText() {
    var text = new LinkedHashMap<String, String>();
    values.forEach((name, value) -> text.put(name, value.toString()));
    return text;
  }
}
