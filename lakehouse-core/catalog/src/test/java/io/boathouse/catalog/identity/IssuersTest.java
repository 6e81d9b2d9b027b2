package io.boathouse.catalog.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.error.LakeException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of OpenID providers that are configured, and of those that are not. */
class IssuersTest {
  private static TestProvider provider;
  private static TestProvider inward;
  private static RSAKey providerKey;
  private static TestCatalog catalog;

  @BeforeAll
  static void open() throws Exception {
    provider = new TestProvider();
    inward = new TestProvider();
    providerKey = key("k1");
    provider.keys = List.of(providerKey);
    inward.keys = List.of(providerKey);
    catalog =
        new TestCatalog(
            new IdentityConfig(
                Duration.ofHours(1),
                Map.of("company", issuer(provider), "inward", issuer(inward))));
    Caller unused = catalog.user("ann@example.org");
  }

  @AfterAll
  static void close() {
    catalog.close();
    provider.close();
    inward.close();
  }

  private static IssuerConfig issuer(TestProvider of) {
    return new IssuerConfig(
        of.issuer(),
        Optional.empty(),
        List.of("boathouse"),
        List.of("RS256"),
        "email",
        List.of("@example.org"),
        Optional.empty(),
        Optional.empty());
  }

  private static RSAKey key(String id) throws Exception {
    return new RSAKeyGenerator(2048).keyID(id).generate();
  }

  @Test
  void providersTokenLetsTheUserInThatItsClaimNames() throws Exception {
    String token = signed(claims().build(), providerKey);
    assertThat(in(token).principal()).isEqualTo("ann@example.org");
    assertRefused(signed(claims().claim("email", "zoe@example.org").build(), providerKey));
    assertRefused(signed(claims().claim("email", "admin").build(), providerKey));
    assertRefused(signed(claims().claim("email_verified", false).build(), providerKey));
  }

  // Each was let in without its line in Issuer: inTime, the audience, the lookup by issuer.
  @Test
  void case14_expiredFutureAndMisdirectedTokensAreRefused() throws Exception {
    Instant now = catalog.now.get();
    assertRefused(
        signed(claims().expirationTime(Date.from(now.minusSeconds(1))).build(), providerKey));
    assertRefused(signed(claims().expirationTime(null).build(), providerKey));
    assertRefused(
        signed(claims().notBeforeTime(Date.from(now.plusSeconds(300))).build(), providerKey));
    assertRefused(signed(claims().issueTime(Date.from(now.plusSeconds(300))).build(), providerKey));
    assertRefused(signed(claims().issuer(provider.issuer() + "/").build(), providerKey));
  }

  // Fails without the audience's comparison in Issuer.verify.
  @Test
  void case46_tokenForAnotherAudienceIsRefused() throws Exception {
    assertRefused(signed(claims().audience("another").build(), providerKey));
    assertRefused(signed(claims().audience((String) null).build(), providerKey));
  }

  // Fails when an issuer's keys are fetched from where the token says it comes from.
  @Test
  void case15_attackersIssuerIsNeverAsked() throws Exception {
    try (TestProvider attacker = new TestProvider()) {
      RSAKey key = key("evil");
      attacker.keys = List.of(key);
      assertRefused(signed(claims().issuer(attacker.issuer()).build(), key));
      assertThat(attacker.asked).hasValue(0);
      assertRefused(signed(claims().build(), key));
    }
  }

  // Fails when the algorithm comes from the token, or the header's keys are looked at.
  @Test
  void case16_tokensThatBringTheirOwnAlgorithmOrKeyAreRefused() throws Exception {
    JWTClaimsSet claims = claims().build();
    assertRefused(new PlainJWT(new PlainHeader(), claims).serialize());
    byte[] publicKey = providerKey.toRSAPublicKey().getEncoded();
    for (byte[] secret :
        List.of(
            publicKey,
            Base64.getMimeEncoder().encode(publicKey),
            providerKey.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
      assertRefused(
          signed(
              new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1"),
              claims,
              new MACSigner(secret)));
    }
    RSAKey evil = key("k1");
    JWSSigner signer = new RSASSASigner(evil);
    try (TestProvider attacker = new TestProvider()) {
      attacker.keys = List.of(evil);
      URI keys = URI.create(attacker.issuer() + "/keys");
      assertRefused(signed(rs256("k1").jwk(evil.toPublicJWK()), claims, signer));
      assertRefused(signed(rs256("k1").jwkURL(keys), claims, signer));
      assertRefused(signed(rs256("k1").x509CertURL(keys), claims, signer));
      for (String kid :
          List.of(
              "../../../dev/null",
              "k1' OR '1'='1",
              attacker.issuer() + "/keys",
              "k1\u0000",
              "x".repeat(3_000))) {
        assertRefused(signed(rs256(kid), claims, signer));
      }
      assertThat(attacker.asked).hasValue(0);
    }
    for (String broken :
        List.of("ey.", "ey..", "eyJ.eyJ.x", "e30.e30.", "eyJhbGciOm51bGx9.e30.x")) {
      assertRefused(broken);
    }
  }

  // Fails without the comparison of origins in IssuerKeys.address.
  @Test
  void case45_discoveryThatPointsElsewhereIsNotFollowed() throws Exception {
    try (TestProvider inside = new TestProvider()) {
      inside.keys = List.of(providerKey);
      inward.jwksUri = inside.issuer() + "/keys";
      assertRefused(signed(claims().issuer(inward.issuer()).build(), providerKey));
      inward.jwksUri = "file:///etc/passwd";
      catalog.pass(Duration.ofMinutes(1));
      assertRefused(signed(claims().issuer(inward.issuer()).build(), providerKey));
      assertThat(inside.asked).hasValue(0);
      inward.jwksUri = inward.issuer() + "/keys";
      catalog.pass(Duration.ofMinutes(1));
      assertThat(in(signed(claims().issuer(inward.issuer()).build(), providerKey)).principal())
          .isEqualTo("ann@example.org");
    }
  }

  @Test
  void providersNewKeyIsLearntSoonAndItsSilenceIsBorneForADay() throws Exception {
    try (TestProvider other = new TestProvider()) {
      RSAKey first = key("a");
      RSAKey second = key("b");
      other.keys = List.of(first);
      Issuers issuers =
          new Issuers(List.of(issuer(other)), catalog.fixture.database(), catalog.now::get);
      assertThat(verified(issuers, other, first)).isTrue();
      int asked = other.asked.get();
      other.keys = List.of(first, second);
      assertThat(verified(issuers, other, second)).as("within half a minute").isFalse();
      assertThat(other.asked).hasValue(asked);
      catalog.pass(Duration.ofSeconds(31));
      assertThat(verified(issuers, other, second)).isTrue();
      other.status = 500;
      catalog.pass(Duration.ofHours(20));
      assertThat(verified(issuers, other, second)).isTrue();
      catalog.pass(Duration.ofHours(5));
      assertThat(verified(issuers, other, second)).isFalse();
    }
  }

  @Test
  void unsafeIssuersStopTheStart() {
    for (IssuerConfig unsafe :
        List.of(
            new IssuerConfig(
                "http://login.example.org",
                Optional.empty(),
                List.of("a"),
                List.of("RS256"),
                "sub",
                List.of(),
                Optional.empty(),
                Optional.empty()),
            new IssuerConfig(
                "https://x",
                Optional.empty(),
                List.of(),
                List.of("RS256"),
                "sub",
                List.of(),
                Optional.empty(),
                Optional.empty()),
            new IssuerConfig(
                "https://x",
                Optional.empty(),
                List.of("a"),
                List.of("HS256"),
                "sub",
                List.of(),
                Optional.empty(),
                Optional.empty()),
            new IssuerConfig(
                "https://x",
                Optional.empty(),
                List.of("a"),
                List.of("none"),
                "sub",
                List.of(),
                Optional.empty(),
                Optional.empty()),
            new IssuerConfig(
                "https://x",
                Optional.of("http://10.0.0.1/k"),
                List.of("a"),
                List.of("RS256"),
                "sub",
                List.of(),
                Optional.empty(),
                Optional.empty()))) {
      assertThatThrownBy(() -> new IdentityConfig(Duration.ofHours(1), Map.of("x", unsafe)))
          .hasMessageContaining("issuers.x.");
    }
  }

  private static boolean verified(Issuers issuers, TestProvider of, RSAKey key) throws Exception {
    return issuers
        .verify(SignedJWT.parse(signed(claims().issuer(of.issuer()).build(), key)))
        .isPresent();
  }

  private static JWTClaimsSet.Builder claims() {
    Instant now = catalog.now.get();
    return new JWTClaimsSet.Builder()
        .issuer(provider.issuer())
        .audience("boathouse")
        .subject("1")
        .claim("email", "ann@example.org")
        .claim("email_verified", true)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(600)));
  }

  private static JWSHeader.Builder rs256(String kid) {
    return new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT).keyID(kid);
  }

  private static String signed(JWTClaimsSet claims, RSAKey key) throws Exception {
    return signed(rs256(key.getKeyID()), claims, new RSASSASigner(key));
  }

  private static String signed(JWSHeader.Builder header, JWTClaimsSet claims, JWSSigner signer)
      throws Exception {
    SignedJWT token = new SignedJWT(header.build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private static Caller in(String token) {
    return catalog.module.authenticator().authenticate(new Credentials.Bearer(token));
  }

  private static void assertRefused(String token) {
    assertThatThrownBy(() -> in(token))
        .isInstanceOfSatisfying(
            LakeException.class,
            failure -> assertThat(failure.reason()).isEqualTo("INVALID_CREDENTIALS"));
  }
}
