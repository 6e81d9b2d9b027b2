package io.boathouse.platform.telemetry;

/** The server's meters, by the names of OpenTelemetry's HTTP conventions. */
enum HttpMeter {
  /** Seconds from the end of a request's head to the end of its reply. */
  DURATION("http.server.request.duration", "seconds"),
  /** Requests that have begun and not ended. */
  ACTIVE("http.server.active_requests", "requests"),
  /** Bytes of request bodies, as they came. */
  REQUEST_BYTES("http.server.request.body.size", "bytes"),
  /** Bytes of replies. */
  RESPONSE_BYTES("http.server.response.body.size", "bytes");

  private final String id;
  private final String unit;

  HttpMeter(String id, String unit) {
    this.id = id;
    this.unit = unit;
  }

  String id() {
    return id;
  }

  String unit() {
    return unit;
  }
}
