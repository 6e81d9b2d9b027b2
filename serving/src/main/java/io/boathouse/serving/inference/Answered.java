package io.boathouse.serving.inference;

/** A reply, and which entity gave it. */
public record Answered(LiveEntity entity, ReplyBody body) {}
