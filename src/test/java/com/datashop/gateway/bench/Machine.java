package com.datashop.gateway.bench;

import com.datashop.gateway.support.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Where and of what something was measured, in words.
///
/// @param command which makes the numbers
record Machine(String processor, int processors, long gigabytes, String kernel, String java, String commit,
        String command, String date) {
    static Machine here(String command) {
        return new Machine(first(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                first(Path.of("/proc/meminfo"), "MemTotal")
                .map(kilobytes -> Math.round(Long.parseLong(kilobytes.replaceAll("\\D", "")) / 1048576.0)).orElse(0L),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor.version", "") + " " + Runtime.version(),
                said("git", "describe", "--always", "--dirty"), command, Instant.now().truncatedTo(ChronoUnit.MINUTES)
                .toString());
    }

    @Override
    public String toString() {
        return processor + ", " + processors + " processors, " + gigabytes + " GB, " + kernel + "; Java " + java.strip()
                + "; commit " + commit + "; " + date;
    }

    /// The first line that a program prints, as its version; empty when there is no such program or it says nothing.
    static String said(String... command) {
        if (Installed.program(command[0]).isEmpty()) return "";
        try (var child = Child.start(command)) {
            child.awaitExit(Duration.ofSeconds(10));
            return child.out().lines().findFirst().orElse("").strip();
        }
    }

    private static Optional<String> first(Path file, String name) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst();
        } catch (IOException | UncheckedIOException notLinux) {
            return Optional.empty();
        }
    }
}
