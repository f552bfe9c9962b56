package com.datashop.gateway.cli.jvm;

/// The part of the heap that streams and history may fill, and the heap that a stream counts for.
///
/// A collector without room to work stops everything. How much it needs depends on the JVM's options. An operator whose
/// options leave more room can say so in two system properties, as the container does (`scripts/image`). The defaults
/// hold with the defaults of every collector.
///
/// @param bytes the bytes of the heap that may be filled
/// @param streamBytes the bytes that a stream counts for. Most of them are the buffers of the JDK's server (measured:
///     36 to 38 KB when idle, 4 more after much was written; 36 in all with compact object headers).
public record HeapRoom(long bytes, long streamBytes) {
    private static final String FILLED_PERCENT = "gateway.heap.filled";
    private static final String STREAM_BYTES = "gateway.stream.bytes";

    /// The heap room of this JVM.
    public static HeapRoom ofThisJvm() {
        int percent = Math.clamp(Integer.getInteger(FILLED_PERCENT, 75), 1, 90);
        long streamBytes = Math.max(1, Long.getLong(STREAM_BYTES, 42 << 10));
        return new HeapRoom(Runtime.getRuntime().maxMemory() / 100 * percent, streamBytes);
    }

    /// The bytes that are left for streams beside history. They are enough for at least one stream.
    public long forStreams(long historyBytes) {
        return Math.max(bytes - historyBytes, streamBytes);
    }
}
