package io.boathouse.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the operating system says about processes; zero where it says nothing. */
final class ProcessMemory {
  private static final double TICKS = 100; // USER_HZ, which Linux keeps at 100 for programs

  private ProcessMemory() {}

  /** Memory of a process and its children, shared pages divided among their users, in MB. */
  static double proportionalMegabytes(ProcessHandle process) {
    long kilobytes = 0;
    try (Stream<ProcessHandle> children = process.descendants()) {
      for (ProcessHandle one : Stream.concat(Stream.of(process), children).toList()) {
        kilobytes += kilobytes(file(one, "smaps_rollup"), "Pss:");
      }
    }
    return kilobytes / 1024.0;
  }

  /** The most memory that a process held, ever or since it was last told to forget, in MB. */
  static double peakResidentMegabytes(ProcessHandle process) {
    return kilobytes(file(process, "status"), "VmHWM:") / 1024.0;
  }

  /** Lets the peak of a process begin at what it holds now; see proc_pid_clear_refs(5). */
  static void forgetPeak(ProcessHandle process) {
    try {
      Files.writeString(file(process, "clear_refs"), "5");
    } catch (IOException e) {
      return; // the system keeps no peak, or one that nobody may reset
    }
  }

  /** Processor time of a process so far, without its children. */
  static double cpuSeconds(ProcessHandle process) {
    String line = read(file(process, "stat"));
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
  }

  private static Path file(ProcessHandle process, String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }

  private static long kilobytes(Path file, String name) {
    return read(file)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
