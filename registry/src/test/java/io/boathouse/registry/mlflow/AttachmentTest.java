package io.boathouse.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttachmentTest {
  /** case35: without the table of plain characters a line break in a name ended the header. */
  @Test
  void case35_namesCannotBreakOutOfTheHeader() {
    assertThat(Attachment.disposition("a\r\nX-Evil: 1\".txt"))
        .isEqualTo(
            "attachment; filename=\"a__X-Evil__1_.txt\";"
                + " filename*=UTF-8''a%0D%0AX-Evil%3A%201%22.txt");
    assertThat(Attachment.disposition("é.txt"))
        .isEqualTo("attachment; filename=\"__.txt\"; filename*=UTF-8''%C3%A9.txt");
  }

  @Test
  void contentTypesFollowTheName() {
    assertThat(Attachment.type("input_example.json")).isEqualTo("application/json");
    assertThat(Attachment.type("MLmodel")).startsWith("text/plain");
    assertThat(Attachment.type("model.onnx")).isEqualTo("application/octet-stream");
  }
}
