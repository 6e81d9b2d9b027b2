package io.boathouse.platform.http;

/** Answers one request on a virtual thread; may block. */
@FunctionalInterface
public interface Handler {
  /** Checked failures become INTERNAL; anything a client should know is a LakeException. */
  Reply handle(Request request) throws Exception;
}
