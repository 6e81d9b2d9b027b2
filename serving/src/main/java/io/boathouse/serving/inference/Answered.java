package io.boathouse.serving.inference;

/** A reply in JSON, and which entity gave it. */
public record Answered(LiveEntity entity, byte[] body) {}
