package com.datashop.gateway.bench;

import com.datashop.gateway.support.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The use of a program and of everything that it started, as the kernel tells it (proc(5)).
record Processes(long pid) implements Cost {
    private static final double TICKS_A_SECOND = 100; // USER_HZ, which is 100 wherever Java runs on Linux

    static Processes of(Child child) {
        return new Processes(child.pid());
    }

    @Override
    public double cpuSeconds() {
        return all().stream().mapToDouble(Processes::cpuSeconds).sum();
    }

    /// Memory that several of them share counts once (Pss), where the kernel tells that.
    @Override
    public long residentBytes() {
        return all().stream().mapToLong(Processes::residentBytes).sum();
    }

    private List<Path> all() {
        return ProcessHandle.of(pid).stream().flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                .map(process -> Path.of("/proc", String.valueOf(process.pid()))).toList();
    }

    private static double cpuSeconds(Path process) {
        try {
            var fields = Files.readString(process.resolve("stat")).replaceFirst("(?s)^.*\\) ", "").split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
        } catch (IOException gone) {
            return 0;
        }
    }

    private static long residentBytes(Path process) {
        try {
            return kilobytes(process.resolve("smaps_rollup"), "Pss:") << 10;
        } catch (IOException | UncheckedIOException notTold) {
            try {
                return kilobytes(process.resolve("status"), "VmRSS:") << 10;
            } catch (IOException | UncheckedIOException gone) {
                return 0;
            }
        }
    }

    private static long kilobytes(Path file, String name) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
        }
    }
}
