package io.boathouse.catalog.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.secret.Secret;
import io.boathouse.platform.secret.SecretBox;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The keys that sign access tokens, in the metadata database, the private halves sealed. A key
 * signs for a month; the next one is published a day before it signs, and an old one verifies until
 * the last token that it signed has expired. Thread-safe; every method blocks on the database now
 * and then.
 */
final class AccessKeys {
  /** How long a key signs. */
  static final Duration PERIOD = Duration.ofDays(30);

  /** How long a key is known before it signs. */
  static final Duration OVERLAP = Duration.ofDays(1);

  private static final Duration KEPT = Duration.ofSeconds(2);
  private static final Duration SLACK = Duration.ofMinutes(1);
  private static final String PURPOSE = "access key ";

  private final Database database;
  private final SecretBox secrets;
  private final InstantSource clock;
  private final Duration tokenLifetime;
  private final AccessKeyRepository repository;
  private volatile Known known = new Known(Instant.MIN, List.of());

  AccessKeys(Database database, SecretBox secrets, InstantSource clock, Duration tokenLifetime) {
    this.database = database;
    this.secrets = secrets;
    this.clock = clock;
    this.tokenLifetime = tokenLifetime;
    this.repository = new AccessKeyRepository(database);
  }

  private record Known(Instant readAt, List<AccessKeyRepository.Row> keys) {}

  /** The key to sign with now, with its private half. */
  ECKey signing() {
    Instant now = clock.instant();
    List<AccessKeyRepository.Row> keys = fresh(now);
    Optional<ECKey> signing = signing(keys, now);
    boolean successorDue =
        keys.isEmpty() || !now.isBefore(keys.getFirst().signsFrom().plus(PERIOD).minus(OVERLAP));
    if (signing.isPresent() && !successorDue) {
      return signing.get();
    }
    return database.inTransaction(() -> renewed(now));
  }

  /** Makes what is missing: a key that signs at once, or the next one; forgets those long past. */
  private ECKey renewed(Instant now) {
    repository.lock();
    List<AccessKeyRepository.Row> keys = repository.list();
    ECKey signing = signing(keys, now).orElseGet(() -> make(now, now));
    keys = repository.list();
    Instant end = keys.getFirst().signsFrom().plus(PERIOD);
    if (!now.isBefore(end.minus(OVERLAP))) {
      ECKey unused = make(now, end.isBefore(now) ? now.plus(OVERLAP) : end);
    }
    for (int i = 1; i < keys.size(); i++) {
      // Each key signs until the next newer one does.
      Instant last = keys.get(i - 1).signsFrom().plus(tokenLifetime).plus(SLACK);
      if (last.isBefore(now)) {
        repository.delete(keys.get(i).id());
      }
    }
    database.afterEnd(this::forget);
    return signing;
  }

  private Optional<ECKey> signing(List<AccessKeyRepository.Row> keys, Instant now) {
    return keys.stream()
        .filter(key -> !key.signsFrom().isAfter(now))
        .flatMap(key -> opened(key).stream())
        .findFirst();
  }

  /** The public half of a key by its id. */
  Optional<ECKey> verifying(String id) {
    Optional<ECKey> found = find(fresh(clock.instant()), id);
    if (found.isEmpty()) {
      forget(); // another node may have made it a moment ago
      found = find(fresh(clock.instant()), id);
    }
    return found;
  }

  private static Optional<ECKey> find(List<AccessKeyRepository.Row> keys, String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst().map(AccessKeys::parsed);
  }

  /** The public halves of all keys. */
  List<ECKey> published() {
    ECKey unused = signing();
    return fresh(clock.instant()).stream().map(AccessKeys::parsed).toList();
  }

  /** Makes a new key that signs at once and forgets all others, with every token they signed. */
  void replace() {
    database.useTransaction(
        () -> {
          repository.lock();
          repository.list().forEach(key -> repository.delete(key.id()));
          Instant now = clock.instant();
          ECKey unused = make(now, now);
          database.afterEnd(this::forget);
        });
  }

  private ECKey make(Instant now, Instant signsFrom) {
    try {
      ECKey key =
          new ECKeyGenerator(Curve.P_256)
              .keyID(UUID.randomUUID().toString())
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .generate();
      repository.insert(
          new AccessKeyRepository.Row(
              key.getKeyID(),
              secrets.seal(new Secret(key.toJSONString()), PURPOSE + key.getKeyID()),
              key.toPublicJWK().toJSONString(),
              now.truncatedTo(ChronoUnit.MICROS),
              signsFrom.truncatedTo(ChronoUnit.MICROS)));
      return key;
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java has P-256", e);
    }
  }

  private Optional<ECKey> opened(AccessKeyRepository.Row key) {
    try {
      return Optional.of(parsed(secrets.open(key.sealed(), PURPOSE + key.id()).reveal()));
    } catch (LakeException e) {
      return Optional.empty(); // sealed with the key of another installation
    }
  }

  private static ECKey parsed(AccessKeyRepository.Row key) {
    return parsed(key.publicKey());
  }

  private static ECKey parsed(String json) {
    try {
      return ECKey.parse(json);
    } catch (ParseException e) {
      throw new IllegalStateException("catalog_access_key", e);
    }
  }

  private List<AccessKeyRepository.Row> fresh(Instant now) {
    Known read = known;
    if (read.readAt().isAfter(now) || !read.readAt().plus(KEPT).isAfter(now)) {
      read = new Known(now, repository.list());
      known = read;
    }
    return read.keys();
  }

  private void forget() {
    known = new Known(Instant.MIN, List.of());
  }
}
