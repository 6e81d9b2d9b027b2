package io.boathouse.e2e.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.e2e.adversarial.People.Answer;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.json.Json;
import io.boathouse.server.Boathouse;
import io.boathouse.server.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server with two guarded tables, with what everybody got of them before the policies were set,
 * and with what the insider, whom they let pass, and the reader, whom they do not, made afterwards.
 * Each of these has a name for the matrix, such as {@code {set_before}}.
 */
final class GuardedHouse implements AutoCloseable {
  private static final String API = "/api/2.0/boathouse/";
  private static final String UNITY = "/api/2.1/unity-catalog/";
  private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");
  private static final long PAUSE_NANOS = 50_000_000;
  private static final int TRIES = 600;

  private final DataDirectory directory;
  private final Boathouse boathouse;
  private final People people;
  private final Map<String, String> values = new HashMap<>();

  GuardedHouse(Path folder) throws IOException {
    directory = DataDirectory.open(folder.resolve("data"));
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    boathouse = new Boathouse(directory, config, InstantSource.system());
    people = new People(boathouse.uri(), boathouse.administratorToken(""));
    people.arrive();
    rights();
    tables(Guarded.FILTERED_AND_MASKED);
    people.run(Who.OWNER, Guarded.FILTERED_AND_MASKED.policies());
    for (Guarded guarded : Guarded.ONE_BY_ONE) {
      tables(guarded);
      features(guarded);
      if (guarded == Guarded.FILTERED) {
        train(guarded, Who.OWNER, "looks", set(guarded, Who.OWNER, "spec", "looks"));
        serve(guarded, Who.OWNER, "looks", "before");
      }
      for (Who who : Who.values()) {
        if (who.reads()) {
          before(guarded, who);
        }
      }
      people.run(Who.OWNER, guarded.policies());
      for (Who who : List.of(Who.INSIDER, Who.READER)) {
        after(guarded, who);
      }
    }
    for (Who who : List.of(Who.INSIDER, Who.READER)) {
      serve(Guarded.FILTERED, who, word(who), word(who));
    }
    predict(Who.INSIDER, "insider", "{\"dataframe_records\": [{\"pay\": 12}]}");
  }

  People people() {
    return people;
  }

  /** Puts what the names in braces stand for, of this table and whoever asks. */
  String filled(String template, Guarded guarded, Who who) {
    Matcher names = NAME.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (names.find()) {
      String name = names.group(1);
      String found =
          switch (name) {
            case "t" -> guarded.table();
            case "name" -> guarded.word();
            case "me" -> who.principal();
            case "who" -> word(who);
            default ->
                values.getOrDefault(
                    key(guarded, who, name),
                    values.getOrDefault(
                        key(guarded, Who.ADMIN, name),
                        values.getOrDefault(key(Guarded.FILTERED, Who.ADMIN, name), "0")));
          };
      names.appendReplacement(filled, Matcher.quoteReplacement(found));
    }
    names.appendTail(filled);
    return filled.toString();
  }

  private static String word(Who who) {
    return who.name().toLowerCase(Locale.ROOT);
  }

  private static String key(Guarded guarded, Who who, String name) {
    return guarded + " " + who + " " + name;
  }

  private void save(Guarded guarded, Who who, String name, String value) {
    values.put(key(guarded, who, name), value);
  }

  private void rights() {
    people.run(
        Who.ADMIN,
        List.of(
            "CREATE SCHEMA " + Guarded.SCHEMA,
            "CREATE SCHEMA main.oracle",
            "CREATE SCHEMA main.scratch",
            "CREATE FUNCTION main.scratch.probe(s STRING) RETURNS BOOLEAN"
                + " RETURN s LIKE 'c%' OR s LIKE 'open-1%'"));
    for (Who who : Who.values()) {
      if (who == Who.ADMIN) {
        continue;
      }
      people.grant("catalog", "main", who, "USE_CATALOG");
      people.grant(
          "schema",
          "main.scratch",
          who,
          "USE_SCHEMA",
          "CREATE_TABLE",
          "CREATE_FUNCTION",
          "CREATE_VOLUME",
          "CREATE_MODEL",
          "EXECUTE");
      people.grant("metastore", "boathouse", who, "CREATE_EXPERIMENT", "CREATE_SERVING_ENDPOINT");
    }
    people.grant(
        "schema", Guarded.SCHEMA, Who.OWNER, "USE_SCHEMA", "CREATE_TABLE", "CREATE_FUNCTION");
    for (Who who : List.of(Who.INSIDER, Who.READER, Who.SERVICE)) {
      people.grant("schema", Guarded.SCHEMA, who, "USE_SCHEMA", "SELECT", "EXECUTE");
    }
  }

  private void tables(Guarded guarded) {
    people.run(Who.ADMIN, guarded.oracles());
    people.run(Who.OWNER, guarded.creation());
    JsonNode table = people.ok(Who.OWNER, "GET", UNITY + "tables/" + guarded.table(), "");
    save(guarded, Who.ADMIN, "id", table.path("table_id").asText());
    save(guarded, Who.ADMIN, "location", table.path("storage_location").asText());
  }

  private void features(Guarded guarded) {
    ok(
        guarded,
        Who.OWNER,
        API + "feature-tables",
        "{\"name\": \"{t}\", \"primary_keys\": [\"id\"], \"timestamp_column\": \"seen\"}");
    ok(
        guarded,
        Who.OWNER,
        API + "feature-specs",
        "{\"name\": \"main.guarded.spec_{name}\", \"lookups\": [{\"table\": \"{t}\","
            + " \"lookup_keys\": [\"id\"], \"features\": [\"ssn\", \"pay\"]}]}");
    ok(
        guarded,
        Who.OWNER,
        API + "feature-specs",
        "{\"name\": \"main.guarded.ask_{name}\","
            + " \"request_columns\": [{\"name\": \"pay\", \"type\": \"bigint\"}]}");
    ok(guarded, Who.OWNER, API + "feature-tables/{t}/publish", "{}");
    JsonNode there =
        ok(guarded, Who.OWNER, API + "feature-tables/{t}/lookup", "{\"keys\": [{\"id\": 7}]}");
    assertThat(there.toString()).contains("PRESENT");
  }

  private JsonNode ok(Guarded guarded, Who who, String path, String body) {
    return people.ok(who, "POST", filled(path, guarded, who), filled(body, guarded, who));
  }

  /** What somebody got while the table had no policy. */
  private void before(Guarded guarded, Who who) {
    statement(guarded, who, "before");
    set(guarded, who, "spec", "before");
    JsonNode access =
        ok(
            guarded,
            who,
            UNITY + "temporary-table-credentials",
            "{\"table_id\": \"{id}\", \"operation\": \"READ\"}");
    String address = access.path("file_access").asText();
    save(guarded, who, "access_before", address);
    JsonNode files = people.ok(who, "GET", filled(API + "tables/{t}/files", guarded, who), "");
    save(guarded, who, "file", files.at("/files/0/path").asText());
  }

  /** What somebody got under the policy, and others may try to get at. */
  private void after(Guarded guarded, Who who) {
    String name = word(who);
    statement(guarded, who, name);
    JsonNode failed =
        people.statement(
            who, "SELECT CAST(ssn AS INT) FROM " + guarded.table() + " ORDER BY id DESC");
    assertThat(failed.at("/status/state").asText()).isEqualTo("FAILED");
    everybody(guarded, name + "_failed", failed.path("statement_id").asText());
    set(guarded, who, "spec", name);
    if (guarded == Guarded.FILTERED) {
      train(guarded, who, name, set(guarded, who, "ask", "ask_" + name));
    }
  }

  private void train(Guarded guarded, Who who, String model, String set) {
    JsonNode job =
        ok(
            guarded,
            who,
            API + "training-jobs",
            """
            {"experiment_name": "/bypass-%s-{name}", "trainer": "base-rate", "training_set": "%s",
             "features": ["pay"], "model_name": "main.scratch.%s_{name}", "seed": 1}
            """
                .formatted(model, set, model));
    everybody(guarded, model + "_job", job.path("job_id").asText());
  }

  private void statement(Guarded guarded, Who who, String name) {
    JsonNode reply =
        people.statement(
            who,
            "SELECT * FROM " + guarded.table(),
            Map.of("disposition", "EXTERNAL_LINKS", "format", "JSON_ARRAY"));
    String id = reply.path("statement_id").asText();
    String link = reply.at("/result/external_links/0/external_link").asText();
    assertThat(link).as(reply.toString()).isNotEmpty();
    save(guarded, who, "statement_" + name, id);
    save(guarded, who, "link_" + name, link);
    if (!name.equals("before")) {
      everybody(guarded, name + "_statement", id);
      everybody(guarded, name + "_link", link);
    }
  }

  /** For whoever asks. */
  private void everybody(Guarded guarded, String name, String value) {
    save(guarded, Who.ADMIN, name, value);
  }

  private String set(Guarded guarded, Who who, String spec, String name) {
    JsonNode set =
        ok(
            guarded,
            who,
            API + "training-sets",
            "{\"spec\": \"main.guarded.%s_{name}\", \"spec_version\": 1, \"labels\":"
                    .formatted(spec)
                + " \"SELECT id, seen, late%s FROM {t}\","
                    .formatted(spec.equals("ask") ? ", pay" : "")
                + " \"timestamp_column\": \"seen\","
                + " \"label_column\": \"late\", \"order_by\": [\"id\"]}");
    String id = set.path("id").asText();
    int rows = set.path("rows").asInt();
    boolean all = who == Who.INSIDER || List.of("before", "looks").contains(name);
    assertThat(rows)
        .isEqualTo(
            guarded == Guarded.FILTERED && all
                ? Guarded.VISIBLE + Guarded.HIDDEN
                : Guarded.VISIBLE);
    save(guarded, who, "set_" + name, id);
    if (!name.equals("before")) {
      everybody(guarded, name + "_set", id);
    } else if (who == Who.INSIDER) {
      everybody(guarded, "insider_set_before", id);
    }
    return id;
  }

  /** Lets everybody ask a model that was trained on what its maker could see. */
  private void serve(Guarded guarded, Who who, String model, String name) {
    String endpoint = "bypass-%s-%s".formatted(name, guarded.word());
    JsonNode job =
        until(
            who,
            filled(API + "training-jobs/{" + model + "_job}", guarded, who),
            "/state",
            List.of("QUEUED", "RUNNING"));
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("SUCCEEDED");
    everybody(guarded, model + "_run", job.path("run_id").asText());
    JsonNode unused =
        ok(
            guarded,
            who,
            "/api/2.0/serving-endpoints",
            """
            {"name": "%s", "config": {"served_entities": [
              {"entity_name": "main.scratch.%s_{name}", "entity_version": "1"}],
              "auto_capture_config": {"catalog_name": "main", "schema_name": "scratch",
                "table_name_prefix": "%s_{name}", "enabled": true}}}
            """
                .formatted(endpoint, model, name));
    JsonNode ready =
        until(
            who,
            "/api/2.0/serving-endpoints/" + endpoint,
            "/state/config_update",
            List.of("IN_PROGRESS"));
    assertThat(ready.at("/state/ready").asText()).as(ready.toString()).isEqualTo("READY");
    for (Who other : Who.values()) {
      if (other.reads() && other != Who.ADMIN) {
        people.grant("serving_endpoint", endpoint, other, "CAN_QUERY");
      }
    }
  }

  private void predict(Who who, String name, String question) {
    Answer answer =
        people.ask(
            who, "POST", "/serving-endpoints/bypass-" + name + "-filtered/invocations", question);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    for (Guarded guarded : Guarded.values()) {
      everybody(guarded, name + "_prediction", answer.prediction());
    }
  }

  private JsonNode until(Who who, String path, String pointer, List<String> busy) {
    JsonNode found = Json.mapper().createObjectNode();
    for (int i = 0; i < TRIES; i++) {
      Answer answer = people.ask(who, "GET", path, "");
      found = Json.parse(new String(answer.bytes(), StandardCharsets.UTF_8));
      if (!busy.contains(found.at(pointer).asText())) {
        return found;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new AssertionError(path + ": " + found);
  }

  @Override
  public void close() {
    boathouse.close();
    directory.close();
  }
}
