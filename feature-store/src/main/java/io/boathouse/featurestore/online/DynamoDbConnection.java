package io.boathouse.featurestore.online;

import io.boathouse.platform.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** How DynamoDB is reached, how long anything of it may take, and how its table is made. */
final class DynamoDbConnection {
  private static final Duration LONGEST_CALL = Duration.ofSeconds(30);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);
  private static final long LOOK_NANOS = 500_000_000;
  private static final int LOOKS = 240;

  private DynamoDbConnection() {}

  static DynamoDbClient open(OnlineStoreConfig config) {
    DynamoDbClientBuilder builder =
        DynamoDbClient.builder()
            .region(Region.of(config.region()))
            .credentialsProvider(credentials(config))
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(config.connections())
                    .connectionAcquisitionTimeout(LONGEST_CALL)
                    .socketTimeout(LONGEST_SILENCE))
            .overrideConfiguration(
                limits ->
                    limits.apiCallTimeout(LONGEST_CALL).apiCallAttemptTimeout(LONGEST_SILENCE));
    config.url().map(URI::create).ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /** The key pair of the settings, or what the environment, the profile or the machine offers. */
  private static AwsCredentialsProvider credentials(OnlineStoreConfig config) {
    if (config.user().isEmpty() || config.password().isEmpty()) {
      return DefaultCredentialsProvider.builder().build();
    }
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(
            config.user().get(), config.password().map(Secret::reveal).orElseThrow()));
  }

  /**
   * Makes a table, paid by request, unless it is there; waits until it can be used.
   *
   * @param partition name of the partition key
   * @param sort name of the sort key; both hold bytes
   */
  static void create(DynamoDbClient client, String table, String partition, String sort) {
    if (!isThere(client, table)) {
      try {
        var unused =
            client.createTable(
                made ->
                    made.tableName(table)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(binary(partition), binary(sort))
                        .keySchema(key(partition, KeyType.HASH), key(sort, KeyType.RANGE)));
      } catch (ResourceInUseException e) {
        // another server was faster
      }
    }
    for (int i = 0; i < LOOKS && !isActive(client, table); i++) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static AttributeDefinition binary(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.B)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static boolean isThere(DynamoDbClient client, String table) {
    try {
      var unused = client.describeTable(asked -> asked.tableName(table));
      return true;
    } catch (ResourceNotFoundException e) {
      return false;
    }
  }

  private static boolean isActive(DynamoDbClient client, String table) {
    return client
        .describeTable(asked -> asked.tableName(table))
        .table()
        .tableStatusAsString()
        .equals("ACTIVE");
  }
}
