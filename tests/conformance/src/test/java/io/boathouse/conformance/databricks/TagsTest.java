package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.error.platform.BadRequest;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.service.catalog.CreateEntityTagAssignmentRequest;
import com.databricks.sdk.service.catalog.EntityTagAssignment;
import com.databricks.sdk.service.catalog.UpdateEntityTagAssignmentRequest;
import com.databricks.sdk.service.tags.CreateTagPolicyRequest;
import com.databricks.sdk.service.tags.ListTagPoliciesRequest;
import com.databricks.sdk.service.tags.TagPolicy;
import com.databricks.sdk.service.tags.UpdateTagPolicyRequest;
import com.databricks.sdk.service.tags.Value;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class TagsTest {
  private static final String COLUMN = "dbx_tags.s.t.email";

  private static WorkspaceClient client;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    Workspace.newCatalog(client, "dbx_tags");
    var unused = Workspace.run(client, "CREATE TABLE dbx_tags.s.t (id INT, email STRING)");
  }

  private static CreateEntityTagAssignmentRequest request(EntityTagAssignment assignment) {
    return new CreateEntityTagAssignmentRequest().setTagAssignment(assignment);
  }

  @Test
  void aColumnsTagsAreSetChangedListedAndRemoved() {
    EntityTagAssignment wanted =
        new EntityTagAssignment()
            .setEntityType("columns")
            .setEntityName(COLUMN)
            .setTagKey("pii")
            .setTagValue("mail");
    EntityTagAssignment made = client.entityTagAssignments().create(request(wanted));
    assertThat(made.getUpdatedBy()).isNotEmpty();
    assertThat(made.getUpdateTime()).isNotNull();
    assertThat(client.entityTagAssignments().list("columns", COLUMN))
        .extracting(EntityTagAssignment::getTagKey)
        .containsExactly("pii");
    EntityTagAssignment changed =
        client
            .entityTagAssignments()
            .update(
                new UpdateEntityTagAssignmentRequest()
                    .setEntityType("columns")
                    .setEntityName(COLUMN)
                    .setTagKey("pii")
                    .setUpdateMask("tag_value")
                    .setTagAssignment(wanted.setTagValue("address")));
    assertThat(changed.getTagValue()).isEqualTo("address");
    assertThat(client.entityTagAssignments().get("columns", COLUMN, "pii").getTagValue())
        .isEqualTo("address");
    client.entityTagAssignments().delete("columns", COLUMN, "pii");
    assertThatThrownBy(() -> client.entityTagAssignments().get("columns", COLUMN, "pii"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aGovernedTagHasOnlyTheValuesOfItsPolicy() {
    TagPolicy policy =
        client
            .tagPolicies()
            .createTagPolicy(
                new CreateTagPolicyRequest()
                    .setTagPolicy(
                        new TagPolicy()
                            .setTagKey("dbx_tier")
                            .setValues(List.of(new Value().setName("gold")))));
    assertThat(policy.getId()).isNotEmpty();
    assertThat(client.tagPolicies().listTagPolicies(new ListTagPoliciesRequest()))
        .extracting(TagPolicy::getTagKey)
        .contains("dbx_tier");
    EntityTagAssignment odd =
        new EntityTagAssignment()
            .setEntityType("tables")
            .setEntityName("dbx_tags.s.t")
            .setTagKey("dbx_tier")
            .setTagValue("lead");
    assertThatThrownBy(() -> client.entityTagAssignments().create(request(odd)))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("gold");
    assertThat(client.entityTagAssignments().create(request(odd.setTagValue("gold"))).getTagValue())
        .isEqualTo("gold");
    TagPolicy changed =
        client
            .tagPolicies()
            .updateTagPolicy(
                new UpdateTagPolicyRequest()
                    .setTagKey("dbx_tier")
                    .setUpdateMask("description")
                    .setTagPolicy(new TagPolicy().setDescription("How good it is")));
    assertThat(client.tagPolicies().getTagPolicy("dbx_tier").getDescription())
        .isEqualTo(changed.getDescription());
    client.tagPolicies().deleteTagPolicy("dbx_tier");
    assertThatThrownBy(() -> client.tagPolicies().getTagPolicy("dbx_tier"))
        .isInstanceOf(NotFound.class);
  }
}
