package io.boathouse.server.cli;

import io.boathouse.platform.backup.BackupArchive;
import io.boathouse.platform.backup.BackupManifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes a backup of a running server. */
@Command(
    name = "backup",
    description = {
      "Write everything a running server holds into one file.",
      "Metadata, tables, volumes, artifacts and online features, as of one moment, while the server"
          + " goes on working. The file has its name only when all of it was found whole. It holds"
          + " what everybody may see, so keep it as safe as the server."
    })
final class BackupCommand implements Callable<Integer> {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description = "The file to write; it must not be there yet.")
  private Path file = Path.of("backup.zip");

  @Override
  public Integer call() throws IOException, InterruptedException {
    long began = System.nanoTime();
    Path target = file.toAbsolutePath();
    if (Files.exists(target)) {
      throw new IOException("%s is there already. Name another file.".formatted(target));
    }
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    boolean replaced = Files.deleteIfExists(partial);
    if (replaced) {
      spec.commandLine().getErr().println("Replacing an unfinished " + partial + ".");
    }
    Path unused = Files.createFile(partial, OWNER_ONLY);
    server.client().download("/api/2.0/boathouse/backup", partial);
    BackupManifest manifest;
    try (BackupArchive archive = BackupArchive.open(partial);
        FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      manifest = archive.manifest();
      channel.force(true);
    }
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    spec.commandLine()
        .getOut()
        .printf(
            "%s: the state of %s, %d files, %d bytes before compression, in %.1f s%n",
            target,
            manifest.takenAt(),
            manifest.entries().size(),
            manifest.bytes(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0);
    return 0;
  }
}
