package com.datashop.gateway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How many files, and so connections, this process and those that it starts may have open.
final class OpenFiles {
    /// The files that are open beside streams.
    static final int SPARE = 500;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final int UNLIMITED = 1 << 20;

    private OpenFiles() { }

    static int limit() {
        try (var lines = Files.lines(LIMITS)) {
            return lines.filter(line -> line.startsWith("Max open files")).map(line -> line.split(" {2,}")[1])
                    .mapToInt(limit -> limit.equals("unlimited") ? UNLIMITED
                    : (int) Math.min(UNLIMITED, Long.parseLong(limit))).findFirst().orElse(UNLIMITED);
        } catch (IOException notLinux) {
            return UNLIMITED;
        }
    }

    /// So many streams, or as many as the limit allows.
    static int streams(int wanted) {
        return Math.min(wanted, limit() - SPARE);
    }

    /// The same for a contender: both ends of the floor's streams are in this process.
    static int streams(int wanted, Contender contender) {
        return contender == Contender.FLOOR ? Math.min(wanted, (limit() - SPARE) / 2) : streams(wanted);
    }
}
