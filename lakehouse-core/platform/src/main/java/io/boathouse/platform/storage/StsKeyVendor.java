package io.boathouse.platform.storage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Has AWS's token service make keys of a role, narrowed by a session policy to one folder (STS API
 * Reference, "AssumeRole"): the keys can do what both the role and the policy allow. The server's
 * own keys are never given.
 */
public final class StsKeyVendor implements S3KeyVendor, AutoCloseable {
  private static final int LONGEST_SESSION = 64;
  private static final int SERVER_FAULT = 500;
  private static final List<String> READ = List.of("s3:GetObject");
  private static final List<String> WRITE =
      List.of(
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject");

  private final StsClient client;
  private final S3StoreConfig store;
  private final String role;
  private final Optional<String> externalId;

  /**
   * @param role the ARN of the role whose keys are given
   * @param endpoint of the token service, instead of the one that AWS has for the region
   */
  public StsKeyVendor(S3StoreConfig store, String role, Optional<URI> endpoint) {
    this(store, role, endpoint, Optional.empty());
  }

  /**
   * As the other.
   *
   * @param externalId that the role may ask for, so that nobody else's request is taken for ours
   */
  StsKeyVendor(
      S3StoreConfig store, String role, Optional<URI> endpoint, Optional<String> externalId) {
    this.store = store;
    this.role = role;
    this.externalId = externalId;
    StsClientBuilder builder =
        StsClient.builder()
            .httpClientBuilder(S3Connection.http(store))
            .region(Region.of(store.region()))
            .credentialsProvider(S3Connection.credentials(store))
            .overrideConfiguration(S3Connection.limits(store));
    endpoint.ifPresent(builder::endpointOverride);
    this.client = builder.build();
  }

  @Override
  public S3Keys keys(StoragePath folder, boolean write, String session, Duration lifetime) {
    String name = ("boathouse-" + session).replaceAll("[^\\w+=,.@-]", "-");
    String shortName = name.substring(0, Math.min(LONGEST_SESSION, name.length()));
    try {
      Credentials made =
          client
              .assumeRole(
                  request ->
                      request
                          .roleArn(role)
                          .roleSessionName(shortName)
                          .externalId(externalId.orElse(null))
                          .durationSeconds((int) lifetime.toSeconds())
                          .policy(policy(folder, write)))
              .credentials();
      return new S3Keys(
          made.accessKeyId(), made.secretAccessKey(), made.sessionToken(), made.expiration());
    } catch (AwsServiceException e) {
      throw e.statusCode() >= SERVER_FAULT
          ? StorageErrors.tokenServiceAway(e)
          : StorageErrors.roleRefused(role, e);
    } catch (SdkException e) {
      throw StorageErrors.tokenServiceAway(e);
    }
  }

  private String policy(StoragePath folder, boolean write) {
    String bucket = "arn:" + partition() + ":s3:::" + store.bucket();
    String key = literal(store.prefix().resolve(folder).value());
    ObjectNode policy = Json.mapper().createObjectNode().put("Version", "2012-10-17");
    ArrayNode statements = policy.putArray("Statement");
    ObjectNode files = statements.addObject().put("Effect", "Allow");
    (write ? WRITE : READ).forEach(files.putArray("Action")::add);
    files.put("Resource", bucket + "/" + (key.isEmpty() ? "*" : key + "/*"));
    ObjectNode listing = statements.addObject().put("Effect", "Allow");
    listing.put("Action", "s3:ListBucket").put("Resource", bucket);
    if (!key.isEmpty()) {
      listing
          .putObject("Condition")
          .putObject("StringLike")
          .putArray("s3:prefix")
          .add(key)
          .add(key + "/*");
    }
    return Json.writeText(policy);
  }

  private String partition() {
    String[] parts = role.split(":", -1);
    return parts.length > 1 && parts[0].equals("arn") ? parts[1] : "aws";
  }

  /** What policies take for wildcards and variables, as themselves. */
  private static String literal(String key) {
    StringBuilder literal = new StringBuilder();
    key.chars()
        .forEach(
            c -> {
              boolean special = c == '*' || c == '?' || c == '$';
              literal.append(special ? "${" : "").append((char) c).append(special ? "}" : "");
            });
    return literal.toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
