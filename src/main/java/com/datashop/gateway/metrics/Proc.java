package com.datashop.gateway.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The numbers that the Linux kernel has of a process. NaN where it does not tell one, as on other systems.
///
/// The JDK has these numbers in `jdk.management`. Reading them here does without that module.
///
/// @param self the directory of a process, for example `/proc/self`
public record Proc(Path self) {
    /// The numbers of this process.
    public static final Proc SELF = new Proc(Path.of("/proc/self"));
    /// The ticks in a second that `stat` counts in.
    ///
    /// The kernel's interface fixes this number on every machine that a JDK runs on, whatever the kernel's own clock
    /// does.
    private static final double TICKS = 100;
    private static final int KIB = 1024;
    /// The index of utime in the words after the name in `stat`. proc_pid_stat(5) counts from the pid: it is field 14.
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /// The number of open file descriptors.
    double openDescriptors() {
        var names = self.resolve("fd").toFile().list();
        return names == null ? Double.NaN : names.length - 1; // one of them was opened to list them
    }

    /// The number of files that may be open: the soft limit. The JVM raises it to the hard limit when it starts.
    ///
    /// It is infinite without a limit, and NaN when the kernel does not tell it.
    public double maxDescriptors() {
        // Max open files            20000                20000                files
        var limit = wordsOf("limits", "Max open files");
        if (limit.length == 0) return Double.NaN;
        return limit[0].equals("unlimited") ? Double.POSITIVE_INFINITY : Double.parseDouble(limit[0]);
    }

    /// The memory that the process has in RAM, heap and all, in bytes. A container's limit applies to this number.
    double residentBytes() {
        // VmRSS:     59232 kB
        var resident = wordsOf("status", "VmRSS:");
        return resident.length == 0 ? Double.NaN : Double.parseDouble(resident[0]) * KIB;
    }

    /// The CPU time that all threads have used, including the JVM's own, in seconds.
    double cpuSeconds() {
        var stat = read("stat");
        // 4242 (java) S 1 ...: the name itself may have blanks and brackets
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length <= SYSTEM_TIME) return Double.NaN;
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS;
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
