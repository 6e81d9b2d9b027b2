package io.boathouse.platform.http;

import java.util.List;

/**
 * An endpoint with what answers it.
 *
 * @param parameters the names of the path parameters in order of the path
 */
record Mounted(
    Endpoint endpoint, ErrorFormat errors, List<String> parameters, Answer answer, boolean upload) {
  Mounted {
    parameters = List.copyOf(parameters);
  }

  /** On which lane an endpoint is answered, and by what. */
  sealed interface Answer {
    record OnVirtualThread(Handler handler) implements Answer {}

    record OnEventLoop(Api.HotHandler handler) implements Answer {}
  }
}
