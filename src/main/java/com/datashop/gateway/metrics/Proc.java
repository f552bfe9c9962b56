package com.datashop.gateway.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the Linux kernel says about this process; NaN for all that it does not say, as on other systems.
///
/// So nothing of `jdk.management` is needed, which is where the JDK has these.
///
/// @param self the directory of a process, as `/proc/self`
record Proc(Path self) {
    /// Ticks in a second, in which `stat` counts: fixed in the kernel's interface on all that a JDK runs on, whatever its own clock does.
    private static final double TICKS = 100;
    private static final int KIB = 1024;
    /// Of the words after the name in `stat` (proc_pid_stat(5) counts from the pid): utime is its 14th field, stime its 15th.
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /// How many file descriptors are open.
    double openDescriptors() {
        var names = self.resolve("fd").toFile().list();
        return names == null ? Double.NaN : names.length - 1; // one of them was open to list them
    }

    /// How many may be open: the soft limit, which the JVM raised to the hard one when it started.
    double maxDescriptors() {
        // Max open files            20000                20000                files
        var limit = wordsOf("limits", "Max open files");
        if (limit.length == 0) return Double.NaN;
        return limit[0].equals("unlimited") ? Double.POSITIVE_INFINITY : Double.parseDouble(limit[0]);
    }

    /// The memory that the process has in RAM, heap and all, in bytes: what a container's limit is held against.
    double residentBytes() {
        // VmRSS:     59232 kB
        var resident = wordsOf("status", "VmRSS:");
        return resident.length == 0 ? Double.NaN : Double.parseDouble(resident[0]) * KIB;
    }

    /// The time that all threads, the JVM's own too, spent on a CPU, in seconds.
    double cpuSeconds() {
        var stat = read("stat");
        // 4242 (java) S 1 ...: the name may hold blanks and brackets itself
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return fields.length <= SYSTEM_TIME ? Double.NaN : (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS;
    }

    private String[] wordsOf(String file, String key) {
        return read(file).lines().filter(line -> line.startsWith(key)).findFirst()
                .map(line -> line.substring(key.length()).strip().split(" +")).orElse(new String[0]);
    }

    private String read(String file) {
        try {
            return Files.readString(self.resolve(file), ISO_8859_1);
        } catch (IOException absent) {
            return "";
        }
    }
}
