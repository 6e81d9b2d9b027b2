package io.boathouse.platform.secret;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets for the database with AES-256-GCM (NIST SP 800-38D): who has the rows and not the
 * key has nothing, and what was sealed for one thing does not open for another. Thread-safe.
 */
public final class SecretBox {
  private static final int KEY_BYTES = 32;
  private static final int LEAST_TEXT = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte FORM = 1;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  private SecretBox(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /**
   * With a key that somebody chose.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it is short
   */
  public static SecretBox of(Secret key) {
    if (key.reveal().length() < LEAST_TEXT) {
      throw SecretErrors.shortKey(LEAST_TEXT);
    }
    try {
      return new SecretBox(
          MessageDigest.getInstance("SHA-256")
              .digest(key.reveal().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** With a key that only this object ever has. */
  public static SecretBox forThisProcess() {
    return new SecretBox(fresh());
  }

  /** With the key in a file, which is made when it is absent and which only its owner reads. */
  public static SecretBox keptIn(Path file) {
    try {
      return new SecretBox(kept(file));
    } catch (IOException | IllegalArgumentException e) {
      throw SecretErrors.unreadableKey(file, e);
    }
  }

  private static byte[] kept(Path file) throws IOException {
    try {
      byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
      if (key.length != KEY_BYTES) {
        throw new IOException(key.length + " bytes (expected: " + KEY_BYTES + ")");
      }
      return key;
    } catch (NoSuchFileException e) {
      byte[] key = fresh();
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      boolean unusedOld = Files.deleteIfExists(partial);
      var owner = PosixFilePermissions.fromString("rw-------");
      Path unused = Files.createFile(partial, PosixFilePermissions.asFileAttribute(owner));
      Path unusedText = Files.writeString(partial, Base64.getEncoder().encodeToString(key) + "\n");
      Path unusedMove = Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      return key;
    }
  }

  private static byte[] fresh() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /**
   * The secret as only this key opens it.
   *
   * @param what it belongs to, which has to be told again to open it
   */
  public byte[] seal(Secret secret, String what) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed =
        run(Cipher.ENCRYPT_MODE, nonce, what, secret.reveal().getBytes(StandardCharsets.UTF_8));
    byte[] all = new byte[1 + NONCE_BYTES + sealed.length];
    all[0] = FORM;
    System.arraycopy(nonce, 0, all, 1, NONCE_BYTES);
    System.arraycopy(sealed, 0, all, 1 + NONCE_BYTES, sealed.length);
    return all;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if it was sealed with
   *     another key or for something else, or was changed
   */
  public Secret open(byte[] sealed, String what) {
    if (sealed.length <= 1 + NONCE_BYTES || sealed[0] != FORM) {
      throw SecretErrors.cannotOpen();
    }
    byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
    byte[] content = Arrays.copyOfRange(sealed, 1 + NONCE_BYTES, sealed.length);
    return new Secret(
        new String(run(Cipher.DECRYPT_MODE, nonce, what, content), StandardCharsets.UTF_8));
  }

  private byte[] run(int mode, byte[] nonce, String what, byte[] content) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(what.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(content);
    } catch (GeneralSecurityException e) {
      if (mode == Cipher.DECRYPT_MODE) {
        throw SecretErrors.cannotOpen();
      }
      throw new IllegalStateException("every Java platform has AES", e);
    }
  }
}
