package io.boathouse.platform.http;

/** A group of endpoints of one resource: parses, calls a service, shapes the reply. */
public interface Routes {
  /** Declares this group's endpoints and their handlers; called once, before the server listens. */
  void mount(Api api);
}
