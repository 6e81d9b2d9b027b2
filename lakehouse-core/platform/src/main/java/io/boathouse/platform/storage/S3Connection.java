package io.boathouse.platform.storage;

import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * How a store's account is reached, and how long anything of it may take: a connection that says
 * nothing is given up, a request that failed by no fault of its own is sent again a few times, and
 * all of that together ends in time.
 */
final class S3Connection {
  private static final int ATTEMPTS = 5;
  private static final int CONNECTIONS = 128;
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

  /** How many times as long as one attempt a call may take with all its attempts. */
  private static final int ATTEMPTS_AT_LENGTH = 3;

  /** Parts of an attempt's time that are waited before the second one. */
  private static final int WAITS_PER_ATTEMPT = 300;

  private static final int WAITS_PER_ATTEMPT_WHEN_BUSY = 60;

  private S3Connection() {}

  static S3Client open(S3StoreConfig config, AwsCredentialsProvider keys) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(http(config).maxConnections(CONNECTIONS))
            .region(Region.of(config.region()))
            .forcePathStyle(config.pathStyle())
            .credentialsProvider(keys)
            .overrideConfiguration(
                limits(config).toBuilder().addExecutionInterceptor(new WholeAnswers()).build());
    config.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  static Apache5HttpClient.Builder http(S3StoreConfig config) {
    return Apache5HttpClient.builder()
        .connectionTimeout(shorter(LONGEST_CONNECT, config.attemptTimeout()))
        .connectionAcquisitionTimeout(config.attemptTimeout())
        .socketTimeout(shorter(LONGEST_SILENCE, config.attemptTimeout()));
  }

  static ClientOverrideConfiguration limits(S3StoreConfig config) {
    Duration attempt = config.attemptTimeout();
    Duration longestWait = attempt.dividedBy(ATTEMPTS_AT_LENGTH);
    return ClientOverrideConfiguration.builder()
        .apiCallAttemptTimeout(attempt)
        .apiCallTimeout(attempt.multipliedBy(ATTEMPTS_AT_LENGTH))
        .retryStrategy(
            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(ATTEMPTS)
                .retryOnRootCauseInstanceOf(IOException.class)
                .backoffStrategy(
                    BackoffStrategy.exponentialDelay(
                        attempt.dividedBy(WAITS_PER_ATTEMPT), longestWait))
                .throttlingBackoffStrategy(
                    BackoffStrategy.exponentialDelay(
                        attempt.dividedBy(WAITS_PER_ATTEMPT_WHEN_BUSY), longestWait))
                .build())
        .build();
  }

  /** The store's own key pair, or what the environment, the profile or the machine offers. */
  static AwsCredentialsProvider credentials(S3StoreConfig config) {
    return config
        .credentials()
        .<AwsCredentialsProvider>map(
            pair ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(pair.accessKeyId(), pair.secretAccessKey())))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
