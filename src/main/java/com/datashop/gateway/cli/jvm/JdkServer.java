package com.datashop.gateway.cli.jvm;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.http.Heads;
import com.datashop.gateway.metrics.Proc;

/// The settings of the JDK's HTTP server. It reads them once, when the first server is made.
///
/// A system property that the operator has set stays as it is.
public final class JdkServer {
    /// The system property that bounds the connections. Those beyond are closed at once.
    public static final String MAX_CONNECTIONS_PROPERTY = "jdk.httpserver.maxConnections";

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

    private JdkServer() { }

    /// Sets the properties. Called before the first server is made.
    ///
    /// @param heap the budget for everything that clients make this node hold
    /// @param streamBytes the bytes that a stream counts for
    public static void configure(HeapBudget heap, long streamBytes) {
        set(PREFIX + "nodelay", "true"); // otherwise a reply waits up to 40 ms for the acknowledgement of its head
        set(PREFIX + "maxIdleConnections", "10000"); // the default, 200, resets the 201st keep-alive publisher
        set(PREFIX + "clockTick", "1000"); // how often idle connections are looked for, in milliseconds
        set(PREFIX + "idleInterval", String.valueOf(IDLE_SECONDS)); // in seconds; the default is 30
        set(PREFIX + "maxReqHeaders", "64");
        set(Heads.MAX_SIZE_PROPERTY, "65536"); // A hundred of the longest channels fit.
        long carried = heap.most(HeapBudget.Use.STREAMS) / streamBytes;
        set(MAX_CONNECTIONS_PROPERTY, String.valueOf(maxConnections(carried)));
    }

    /// The most connections. Open files bound them, because without a free one the server's dispatcher would spin.
    ///
    /// The heap bounds them too, because each connection takes some as soon as it has sent a byte.
    ///
    /// @param carried the number of streams that the heap carries
    private static long maxConnections(long carried) {
        return Math.min(maxConnections(), carried + Math.max(OTHERS, carried / STREAMS_AN_OTHER));
    }

    /// The number of connections that the process's open files allow.
    public static int maxConnections() {
        double files = Proc.SELF.maxDescriptors();
        if (!Double.isFinite(files)) return Integer.MAX_VALUE;
        return (int) Math.max(LEAST_CONNECTIONS, Math.min(files, Integer.MAX_VALUE) - SPARE_FILES);
    }

    private static void set(String name, String value) {
        if (System.getProperty(name) == null) System.setProperty(name, value);
    }
}
