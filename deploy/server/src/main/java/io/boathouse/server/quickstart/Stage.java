package io.boathouse.server.quickstart;

import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.SqlClient;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What every part of the story works with.
 *
 * @param server asked as its administrator
 * @param files the folder with the committed data
 * @param all whether every flight is trained on
 */
record Stage(
    RestClient server,
    SqlClient sql,
    Narrator narrator,
    Checks checks,
    Path files,
    boolean all,
    InstantSource clock) {}
