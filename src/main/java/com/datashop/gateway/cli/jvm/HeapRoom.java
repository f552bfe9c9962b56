package com.datashop.gateway.cli.jvm;

/// What of the heap streams and history may fill, and what a stream is counted with.
///
/// A collector that has no room to work in stops everything, so it depends on how the JVM was started: who gives it options that leave more room may say so in two system properties, as the
/// container does (`scripts/image`). Without them it is what holds with every collector's defaults.
///
/// @param bytes of the heap that may be filled
/// @param streamBytes what a stream is counted with, most of it the buffers of the JDK's server (measured: 36 to 38 KB idle, 4 more once it has written much; 36 in all with compact object headers)
public record HeapRoom(long bytes, long streamBytes) {
    private static final String FILLED_PERCENT = "gateway.heap.filled";
    private static final String STREAM_BYTES = "gateway.stream.bytes";

    /// Of the JVM that runs this.
    public static HeapRoom ofThisJvm() {
        return new HeapRoom(Runtime.getRuntime().maxMemory() / 100 * Math.clamp(Integer.getInteger(FILLED_PERCENT, 75), 1, 90),
                Math.max(1, Long.getLong(STREAM_BYTES, 42 << 10)));
    }

    /// How many bytes are left for streams when history takes these, for one at the least.
    public long forStreams(long historyBytes) {
        return Math.max(bytes - historyBytes, streamBytes);
    }
}
