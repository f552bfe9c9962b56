package com.datashop.gateway.cli.jvm;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.http.Heads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The settings of the JDK's HTTP server. It reads them once, when the first server is made.
///
/// A system property that the operator has set stays as it is.
public final class JdkServer {
    private static final String PREFIX = "sun.net.httpserver.";
    /// The descriptors that are left for files, and for connections that are accepted only to be closed.
    private static final long SPARE_FILES = 64;
    private static final long LEAST_CONNECTIONS = 16;
    /// The least number of connections beside the streams: publishers, probes, and clients that are refused.
    ///
    /// There is one for each sixteen streams. An idle connection takes 27 KB (measured).
    private static final long OTHERS = 64;
    private static final int STREAMS_AN_OTHER = 16;
    /// The time after which an idle connection is closed.
    ///
    /// Load balancers and nginx keep one for 60 s. They must close first: a publish meets a reset when the gateway is
    /// just closing the connection.
    private static final int IDLE_SECONDS = 90;
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private JdkServer() { }

    /// @param heap what the streams and all else that clients make this node hold may take
    /// @param streamBytes what a stream is counted with
    public static void configure(HeapBudget heap, long streamBytes) {
        set(PREFIX + "nodelay", "true"); // else a reply waits up to 40 ms for the acknowledgement of its head
        set(PREFIX + "maxIdleConnections", "10000"); // the default, 200, resets the 201st keep-alive publisher
        set(PREFIX + "clockTick", "1000"); // how often idle connections are looked for, in milliseconds
        set(PREFIX + "idleInterval", String.valueOf(IDLE_SECONDS)); // in seconds; the default is 30
        set(PREFIX + "maxReqHeaders", "64");
        set(Heads.MAX_SIZE_PROPERTY, "65536"); // A hundred of the longest channels fit.
        long carried = heap.most(HeapBudget.Use.STREAMS) / streamBytes;
        set("jdk.httpserver.maxConnections", String.valueOf(maxConnections(carried)));
    }

    /// The most connections. Without descriptors the server's dispatcher would spin.
    ///
    /// And each connection takes heap as soon as it has sent a byte.
    ///
    /// @param carried how many streams the heap carries
    private static long maxConnections(long carried) {
        return Math.min(maxConnections(), carried + Math.max(OTHERS, carried / STREAMS_AN_OTHER));
    }

    /// The number of connections that the process's open files allow.
    public static int maxConnections() {
        long files = openFiles();
        return files == 0 ? Integer.MAX_VALUE : (int) Math.max(LEAST_CONNECTIONS, files - SPARE_FILES);
    }

    private static void set(String name, String value) {
        if (System.getProperty(name) == null) System.setProperty(name, value);
    }

    /// The number of files that this process may have open; 0 when that is not known.
    private static long openFiles() {
        try (var lines = Files.lines(LIMITS)) {
            return lines.filter(line -> line.startsWith("Max open files")).map(line -> line.split(" {2,}")[1])
                    .filter(limit -> limit.chars().allMatch(Character::isDigit)).mapToLong(Long::parseLong)
                    .map(limit -> Math.min(limit, Integer.MAX_VALUE)).findFirst().orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }
}
