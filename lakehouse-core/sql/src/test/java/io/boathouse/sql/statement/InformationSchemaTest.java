package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.StatementCalls.error;
import static io.boathouse.sql.statement.StatementCalls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.TestServer;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What information_schema tells, and whom. */
@Timeout(120)
class InformationSchemaTest {
  @TempDir static Path temp;
  private static TestLakehouse house;
  private static TestServer admin;
  private static TestServer ann;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
    admin = TestServer.start(house.authenticator(), house.sql.routes()).as("admin-token");
    Caller unused = house.analyst("ann");
    ann = admin.as("ann-token");
    ok(admin, "create table open_rows (id bigint not null comment 'key', amount decimal(10,2))");
    ok(admin, "create table secret_rows (id bigint, who string)");
    ok(admin, "create view shown as select id from open_rows");
    ok(admin, "create function mine(r string, n int) returns boolean return r = current_user()");
    ok(admin, "alter table open_rows set tags ('team' = 'red')");
    ok(admin, "alter table open_rows alter column amount set tags ('pii')");
    ok(admin, "grant select on open_rows to ann");
    ok(admin, "grant select on shown to ann");
  }

  @AfterAll
  static void stop() {
    admin.close();
    house.close();
  }

  private static JsonNode ok(TestServer who, String sql) {
    return StatementCalls.ok(who, sql);
  }

  @Test
  void everybodySeesWhatTheyMayKnowOf() {
    String tables =
        "select table_name, table_type from main.information_schema.tables where table_schema ="
            + " 'default' order by table_name";
    assertThat(rows(ok(ann, tables)))
        .containsExactly(List.of("open_rows", "MANAGED"), List.of("shown", "VIEW"));
    assertThat(rows(ok(admin, tables))).hasSize(3);
    ok(admin, "revoke select on shown from ann");
    assertThat(rows(ok(ann, tables))).containsExactly(List.of("open_rows", "MANAGED"));
    ok(admin, "grant select on shown to ann");
    house.user("nobody");
    assertThat(error(admin.as("nobody-token"), "select * from main.information_schema.tables"))
        .contains("CATALOG_NOT_FOUND");
    assertThat(rows(ok(admin.as("nobody-token"), "select * from system.information_schema.tables")))
        .isEmpty();
  }

  @Test
  void columnsKeepTheirTypesAndJoin() {
    assertThat(
            rows(
                ok(
                    ann,
                    "select c.column_name, c.ordinal_position + 1, c.full_data_type, c.is_nullable,"
                        + " c.numeric_scale, c.comment, t.table_owner, t.created > timestamp"
                        + " '2000-01-01' from information_schema.columns c join"
                        + " INFORMATION_SCHEMA.TABLES t using (table_catalog, table_schema,"
                        + " table_name) where c.table_name = 'open_rows' order by 2")))
        .containsExactly(
            Arrays.asList("id", "1", "bigint", "NO", null, "key", "admin", "true"),
            Arrays.asList("amount", "2", "decimal(10,2)", "YES", "2", null, "admin", "true"));
  }

  @Test
  void queriesAndGrantsAreToldToThoseWhoManage() {
    String definition = "select view_definition from information_schema.views";
    assertThat(rows(ok(admin, definition))).containsExactly(List.of("select id from open_rows"));
    assertThat(rows(ok(ann, definition)).getFirst().getFirst()).isNull();
    String grants =
        "select grantee, privilege_type, inherited_from from"
            + " information_schema.table_privileges where table_name = 'open_rows'";
    house.user("cid");
    house.grant(SecurableType.SCHEMA, "main.default", "cid", Privilege.SELECT);
    assertThat(rows(ok(ann, grants))).containsExactly(List.of("ann", "SELECT", "NONE"));
    assertThat(rows(ok(admin, grants)))
        .contains(List.of("ann", "SELECT", "NONE"), List.of("cid", "SELECT", "SCHEMA"));
    assertThat(
            rows(
                ok(
                    ann,
                    "select catalog_name, privilege_type from"
                        + " system.information_schema.catalog_privileges")))
        .containsExactly(List.of("main", "USE_CATALOG"));
    assertThat(
            rows(ok(ann, "select schema_name from information_schema.schema_privileges"))
                .toString())
        .contains("default");
  }

  @Test
  void tagsFunctionsAndPoliciesAreTold() {
    assertThat(rows(ok(ann, "select * from information_schema.table_tags")))
        .containsExactly(List.of("main", "default", "open_rows", "team", "red"));
    assertThat(rows(ok(ann, "select column_name, tag_name from information_schema.column_tags")))
        .containsExactly(List.of("amount", "pii"));
    assertThat(
            rows(
                ok(
                    admin,
                    "select r.routine_name, r.data_type, p.parameter_name, p.full_data_type from"
                        + " information_schema.routines r join information_schema.parameters p"
                        + " using (specific_name) order by p.ordinal_position")))
        .containsExactly(
            List.of("mine", "BOOLEAN", "r", "string"), List.of("mine", "BOOLEAN", "n", "int"));
    ok(admin, "create table guarded (id int, who string, phone string)");
    ok(admin, "create function one(w string) returns boolean return w = current_user()");
    ok(admin, "create function dark(p string, w string) returns string return '*'");
    ok(admin, "alter table guarded set row filter one on (who)");
    ok(admin, "alter table guarded alter column phone set mask dark using columns (who)");
    assertThat(
            rows(
                ok(
                    admin,
                    "select table_name, filter_name, filter_col_usage from"
                        + " information_schema.row_filters")))
        .containsExactly(List.of("guarded", "one", "who"));
    assertThat(
            rows(
                ok(
                    admin,
                    "select column_name, mask_schema, mask_name, mask_col_usage from"
                        + " information_schema.column_masks")))
        .containsExactly(List.of("phone", "default", "dark", "who"));
  }

  @Test
  void everyRelationCanBeReadAndNoOtherExists() {
    for (String name :
        List.of(
            "catalogs",
            "schemata",
            "tables",
            "columns",
            "views",
            "volumes",
            "routines",
            "parameters",
            "catalog_privileges",
            "schema_privileges",
            "table_privileges",
            "volume_privileges",
            "routine_privileges",
            "catalog_tags",
            "schema_tags",
            "table_tags",
            "column_tags",
            "volume_tags",
            "row_filters",
            "column_masks",
            "information_schema_catalog_name")) {
      assertThat(rows(ok(admin, "select count(*) from system.information_schema." + name)))
          .as(name)
          .hasSize(1);
      assertThat(rows(ok(ann, "select * from information_schema." + name))).as(name).isNotNull();
    }
    assertThat(error(admin, "select * from information_schema.triggers")).contains("triggers");
    assertThat(error(admin, "select * from information_schema.tables at (version => 1)"))
        .contains("VIEW_HAS_NO_VERSIONS");
    assertThat(error(admin, "create schema main.information_schema")).contains("INVALID_NAME");
    assertThat(error(admin, "insert into information_schema.tables values (1)"))
        .contains("NOT_FOUND");
    assertThat(error(admin, "create table information_schema.t (a int)")).contains("NOT_FOUND");
  }

  /** In a view the relations tell of what the reader may know, not of what its owner may. */
  @Test
  void aViewOverInformationSchemaTellsItsReader() {
    ok(admin, "create view names as select table_name from information_schema.tables");
    ok(admin, "grant select on names to ann");
    assertThat(rows(ok(ann, "select * from names where table_name = 'secret_rows'"))).isEmpty();
    assertThat(rows(ok(admin, "select * from names where table_name = 'secret_rows'"))).hasSize(1);
    ok(admin, "drop view names");
  }
}
