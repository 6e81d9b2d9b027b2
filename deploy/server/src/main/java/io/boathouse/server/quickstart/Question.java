package io.boathouse.server.quickstart;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A plane that has just pushed back.
 *
 * @param micros when, since the epoch
 * @param asked what a request says of it
 * @param late what came of it
 */
record Question(long flight, long micros, Map<String, Object> asked, boolean late) {
  Question {
    asked = new LinkedHashMap<>(asked);
  }
}
