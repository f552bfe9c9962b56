package com.datashop.gateway.log.shared.rabbitmq;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/// The messages of the stream from an offset on. A consumer on channel 1 of a connection gets them.
///
/// ```
///   next ──▶ MESSAGE: head and offset; then line by line   (the next call passes over the rest)
///        ──▶ FENCE:   all that was in the stream when the fence was asked for has come
///        ──▶ NOTHING: the time is up
/// ```
///
/// RabbitMQ sends as many messages as it has credit for. It gets credit back when they are read.
///
/// A fence is a second consumer that is begun and ended at once. To begin it, RabbitMQ's channel asks the stream. The
/// stream first tells the channel of all messages that it has, and then answers. The channel sends these messages, and
/// then says that the second consumer has ended.
///
/// Only one frame of a message is in memory at a time, and only the wanted part of a line.
final class Messages implements Closeable {
    /// The result of waiting for what comes next.
    enum Step { MESSAGE, FENCE, NOTHING }

    private static final int CHANNEL = 1;
    /// The longest wait for the rest of a message.
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String CONSUMER = "gateway";
    private static final String FENCE = "fence";
    private static final int FIRST_LINE_BYTES = 4096;
    /// The largest buffer that is kept for the next line.
    private static final int KEPT_BYTES = 1 << 20;

    private final Connection connection;
    private final String stream;
    private final int credit;
    private MessageHead head = MessageHead.FOREIGN;
    private long offset = -1;
    private long size;
    private long left;
    private int at;
    private int to;
    private long delivered;
    private long acknowledged;
    private long fencesAsked;
    private long fencesUnderWay;
    private long fences;
    private long count;
    private byte[] line = new byte[FIRST_LINE_BYTES];
    private int length;
    private boolean whole;

    /// Begins to consume.
    ///
    /// @param from a number, `first`, `last`, or a time
    /// @param credit the number of messages that RabbitMQ sends ahead
    Messages(Connection connection, String stream, Object from, int credit) throws IOException {
        this.connection = connection;
        this.credit = credit;
        this.stream = stream;
        connection.put(CHANNEL, Method.BASIC_QOS, new Out().uint32(0).uint16(credit).octet(0));
        connection.put(CHANNEL, Method.BASIC_CONSUME, consume(CONSUMER, from));
        connection.flush();
        connection.expect(CHANNEL, Method.BASIC_QOS_OK);
        connection.expect(CHANNEL, Method.BASIC_CONSUME_OK);
    }

    /// Asks for a fence. It has come when [#fences()] has reached the number that this returns.
    long fence() throws IOException {
        // Even when no credit is needed: RabbitMQ ends a channel whose messages wait half an hour for their ack.
        if (delivered > acknowledged) acknowledge();
        fencesAsked++;
        if (fencesUnderWay == fences) beginFence();
        return fencesAsked;
    }

    /// The number of fences that have come.
    long fences() {
        return fences;
    }

    /// The number of messages that have come.
    long count() {
        return count;
    }

    /// Ends the consumer. Another one may then use the connection.
    void end() throws IOException {
        connection.call(CHANNEL, Method.CHANNEL_CLOSE, new Out().uint16(200).shortString("").uint32(0),
                Method.CHANNEL_CLOSE_OK);
        connection.open(CHANNEL);
    }

    /// Waits for what comes next. It skips the rest of the message before.
    Step next(Duration wait) throws IOException {
        while (left > 0) readBodyFrame();
        if (delivered - acknowledged >= Math.max(1, credit / 2)) acknowledge();
        long until = System.nanoTime() + wait.toNanos();
        while (true) {
            if (!connection.next(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) return Step.NOTHING;
            if (connection.channel() != CHANNEL || connection.type() != Connection.METHOD) continue;
            var in = connection.payload();
            switch (in.uint32()) {
                case Method.BASIC_CONSUME_OK -> connection.send(CHANNEL, Method.BASIC_CANCEL,
                        new Out().shortString(FENCE).octet(0));
                case Method.BASIC_CANCEL_OK -> {
                    fences = fencesUnderWay;
                    if (fencesAsked > fences) beginFence();
                    return Step.FENCE;
                }
                case Method.BASIC_CANCEL -> throw new IOException("the stream was deleted, or is not served now");
                case Method.BASIC_DELIVER -> {
                    boolean ours = in.shortString().equals(CONSUMER);
                    delivered = in.uint64();
                    readHeader();
                    while (!ours && left > 0) readBodyFrame();
                    if (!ours) continue;
                    count++;
                    return Step.MESSAGE;
                }
                default -> { }
            }
        }
    }

    /// Whether a frame has come already.
    boolean hasNext() throws IOException {
        return connection.hasNext();
    }

    /// Whether the message has another line.
    boolean hasLine() {
        return left > 0 || at < to;
    }

    /// Reads the next line of the message, into [#line()].
    ///
    /// @param most the most bytes of it to keep
    /// @return the bytes that it has in the message
    long readLine(long most) throws IOException {
        length = 0;
        whole = true;
        if (line.length > KEPT_BYTES) line = new byte[FIRST_LINE_BYTES];
        for (long taken = 0; ; ) {
            if (at == to) {
                if (left == 0) return taken;
                readBodyFrame();
                continue;
            }
            byte[] bytes = connection.bytes();
            int n = at;
            while (n < to && bytes[n] != '\n') n++;
            keep(bytes, at, n - at, most);
            taken += n - at;
            at = n;
            if (n == to) continue;
            at++;
            return taken + 1;
        }
    }

    byte[] line() {
        return line;
    }

    /// The bytes of the line that are kept.
    int lineLength() {
        return length;
    }

    /// Whether the whole line is kept.
    boolean isWhole() {
        return whole;
    }

    MessageHead head() {
        return head;
    }

    /// The offset of the message in the stream.
    long offset() {
        return offset;
    }

    /// The bytes of its body.
    long size() {
        return size;
    }

    @Override
    public void close() {
        connection.close();
    }

    private void beginFence() throws IOException {
        fencesUnderWay = fencesAsked;
        connection.send(CHANNEL, Method.BASIC_CONSUME, consume(FENCE, "next"));
    }

    private Out consume(String tag, Object from) {
        return new Out().uint16(0).shortString(stream).shortString(tag).octet(0)
                .table(Map.of("x-stream-offset", from));
    }

    private void keep(byte[] bytes, int from, int count, long most) {
        int kept = (int) Math.min(count, Math.max(0, most - length));
        if (kept < count) whole = false;
        if (length + kept > line.length)
            line = Arrays.copyOf(line, (int) Math.min(Math.max(most, FIRST_LINE_BYTES),
                    Math.max(2L * line.length, length + kept)));
        System.arraycopy(bytes, from, line, length, kept);
        length += kept;
    }

    private void readHeader() throws IOException {
        awaitFrame(Connection.HEADER);
        var in = connection.payload();
        in.skip(4);
        size = in.uint64();
        if (size < 0) throw new IOException(Connection.STRANGER);
        left = size;
        at = 0;
        to = 0;
        int flags = in.uint16();
        if ((flags & 1) != 0) throw new IOException(Connection.STRANGER);
        if ((flags & 1 << 15) != 0) in.shortString();
        if ((flags & 1 << 14) != 0) in.shortString();
        var headers = (flags & 1 << 13) != 0 ? in.table() : Map.<String, Object>of();
        if (!(headers.get("x-stream-offset") instanceof Long number) || !Place.isPossible(number))
            throw new IOException("the queue is no stream");
        offset = number;
        head = MessageHead.of(headers);
    }

    private void readBodyFrame() throws IOException {
        awaitFrame(Connection.BODY);
        at = connection.from();
        to = connection.to();
        left -= to - at;
        if (left < 0) throw new IOException(Connection.STRANGER);
    }

    /// Waits for the next frame of the message.
    private void awaitFrame(int type) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        do {
            if (!connection.next(Duration.ofNanos(Math.max(0, until - System.nanoTime()))))
                throw new IOException("RabbitMQ has not sent the rest of a message for " + PATIENCE.toSeconds() + " s");
        } while (connection.channel() != CHANNEL);
        if (connection.type() != type) throw new IOException(Connection.STRANGER);
    }

    private void acknowledge() throws IOException {
        acknowledged = delivered;
        connection.send(CHANNEL, Method.BASIC_ACK, new Out().uint64(delivered).octet(1));
    }
}
