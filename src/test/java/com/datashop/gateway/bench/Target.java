package com.datashop.gateway.bench;

/// A server that runs, and how it is spoken to.
interface Target extends AutoCloseable {
    /// The port that subscribers connect to.
    int streamPort();

    /// The port that publishers connect to.
    default int publishPort() {
        return streamPort();
    }

    /// The request that follows this channel.
    ///
    /// @param lastEventId where to resume, or null
    String subscription(String channel, String lastEventId);

    /// The request that publishes one event of each of these channels, or of one of them so many times, in one go.
    ///
    /// @param data one event's data, with a blank stamp
    /// @param lanes the events' lanes
    Publication publication(String[] channels, String data, int[] lanes);

    /// Whether it takes several events in one request.
    default boolean takesBatches() {
        return false;
    }

    /// How many streams it lets connect at the same time without refusing some: 200 are below every backlog.
    default int connectsAtOnce() {
        return 200;
    }

    /// The request that asks for its health; empty when it has nothing to ask for.
    default String health() {
        return "";
    }

    /// Its cost so far.
    Cost cost();

    /// The time for which a garbage collector has stopped it, in seconds; NaN when it has none.
    default double pauseSeconds() {
        return Double.NaN;
    }

    @Override
    void close();

    /// The request that publishes one event.
    default Publication publication(String channel, String data, int lane) {
        return publication(new String[] {channel}, data, new int[] {lane});
    }
}
