package com.datashop.gateway.cli;

import com.datashop.gateway.http.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The settings of the JDK's HTTP server, which it reads once, at the first server that is made; whatever the operator has set stays.
final class JdkServer {
    private static final String PREFIX = "sun.net.httpserver.";
    /// Descriptors that are left for files, and for accepting a connection only to close it.
    private static final long SPARE_FILES = 64;
    private static final long LEAST_CONNECTIONS = 16;
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private JdkServer() { }

    /// @param requestTimeout how long a request may take to arrive whole
    static void configure(Duration requestTimeout) {
        set(PREFIX + "nodelay", "true"); // else a reply waits up to 40 ms for the acknowledgement of its head
        set(PREFIX + "maxIdleConnections", "10000"); // the default, 200, resets the 201st keep-alive publisher
        set(PREFIX + "maxReqTime", String.valueOf(requestTimeout.plus(Bodies.grace(requestTimeout)).toSeconds())); // in seconds, whatever its documentation says
        set(PREFIX + "clockTick", "1000"); // how often idle connections are looked for, in milliseconds
        set(PREFIX + "maxReqHeaders", "64");
        set(PREFIX + "maxReqHeaderSize", "65536"); // a hundred of the longest channels fit
        set("jdk.httpserver.maxConnections", String.valueOf(maxConnections())); // out of descriptors its dispatcher would spin
    }

    /// How many connections the process's open files allow.
    static int maxConnections() {
        long files = openFiles();
        return files == 0 ? Integer.MAX_VALUE : (int) Math.max(LEAST_CONNECTIONS, files - SPARE_FILES);
    }

    private static void set(String name, String value) {
        if (System.getProperty(name) == null) System.setProperty(name, value);
    }

    /// How many files this process may have open; 0 when that is not known.
    private static long openFiles() {
        try (var lines = Files.lines(LIMITS)) {
            return lines.filter(line -> line.startsWith("Max open files")).map(line -> line.split(" {2,}")[1])
                    .filter(limit -> limit.chars().allMatch(Character::isDigit)).mapToLong(Long::parseLong).map(limit -> Math.min(limit, Integer.MAX_VALUE)).findFirst().orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }
}
