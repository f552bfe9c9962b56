package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.log.shared.Link;
import com.datashop.gateway.log.shared.Links;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// A connection to RabbitMQ in AMQP 0-9-1: methods, headers and bodies, in frames.
///
/// One thread reads it. Any thread may write, and writes whole frames. Any thread may close it, which ends all waits
/// for it. Both sides send heartbeats when they have nothing else to send: [#next] and [#beat()] send ours.
final class Connection implements Closeable {
    static final String STRANGER = "what answers is no RabbitMQ";
    /// How long a server may take to accept a connection, or to answer.
    static final Duration PATIENCE = Link.PATIENCE;
    /// The interval that the gateway asks for. A side gives the other up after two of them without a byte.
    static final int HEARTBEAT_SECONDS = 4;
    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;
    static final int HEARTBEAT = 8;
    private static final byte[] PROTOCOL = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
    private static final byte[] BEAT = {HEARTBEAT, 0, 0, 0, 0, 0, 0, (byte) 0xce};
    private static final int FRAME_END = 0xce;
    private static final int OVERHEAD = 8;
    /// RabbitMQ's default. The gateway takes no larger frame, since each connection keeps memory for one.
    private static final int MAX_FRAME = 128 << 10;
    /// The smallest limit on frames that AMQP allows.
    private static final int LEAST_FRAME = 4096;
    private static final int BUFFER_BYTES = MAX_FRAME + (64 << 10);

    private final Link link;
    private final InputStream in;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private int frameMax = MAX_FRAME;
    private long silence = PATIENCE.toNanos();
    private long beatEvery = Long.MAX_VALUE;
    private long heardAt = System.nanoTime();
    private volatile long saidAt = System.nanoTime();
    private volatile String blocked;
    private int type;
    private int channel;
    private int from;
    private int to;

    private Connection(Link link) throws IOException {
        this.link = link;
        in = link.socket().getInputStream();
        out = new BufferedOutputStream(link.socket().getOutputStream(), BUFFER_BYTES);
    }

    /// Connects, logs in, and opens the vhost and channel 1.
    ///
    /// @throws IOException when that fails; its message is one line
    static Connection open(Links links, RabbitSettings settings) throws IOException {
        var link = links.open(settings.server(), settings.tls());
        try {
            var connection = new Connection(link);
            connection.begin(settings);
            return connection;
        } catch (IOException failed) {
            link.close();
            throw failed;
        }
    }

    private void begin(RabbitSettings settings) throws IOException {
        out.write(PROTOCOL);
        out.flush();
        var start = expect(0, Method.CONNECTION_START);
        start.skip(2);
        var properties = start.table();
        Release.check(properties);
        String mechanism = settings.external() ? "EXTERNAL" : "PLAIN";
        if (!(" " + start.longString() + " ").contains(" " + mechanism + " "))
            throw new IOException("RabbitMQ does not offer the login " + mechanism);
        var login = settings.login();
        String response = settings.external() ? "" : "\0" + login.user() + "\0" + login.password();
        send(0, Method.CONNECTION_START_OK, new Out().table(Map.of("product", "logs-sse-gateway",
                "connection_name", "logs-sse-gateway", "capabilities", Map.of("publisher_confirms", true,
                        "consumer_cancel_notify", true, "connection.blocked", true, "basic.nack", true,
                        "authentication_failure_close", true)))
                .shortString(mechanism).longString(response).shortString("en_US"));
        var tune = expect(0, Method.CONNECTION_TUNE);
        tune.skip(2);
        long offered = tune.uint32() & 0xffff_ffffL;
        frameMax = offered == 0 ? MAX_FRAME : Math.clamp(offered, LEAST_FRAME, MAX_FRAME);
        send(0, Method.CONNECTION_TUNE_OK, new Out().uint16(8).uint32(frameMax).uint16(HEARTBEAT_SECONDS));
        send(0, Method.CONNECTION_OPEN, new Out().shortString(settings.vhost()).shortString("").octet(0));
        expect(0, Method.CONNECTION_OPEN_OK);
        silence = Duration.ofSeconds(2 * HEARTBEAT_SECONDS).toNanos();
        beatEvery = Duration.ofSeconds(HEARTBEAT_SECONDS).toNanos() / 2;
        open(1);
    }

    /// Opens a channel.
    void open(int channel) throws IOException {
        call(channel, Method.CHANNEL_OPEN, new Out().shortString(""), Method.CHANNEL_OPEN_OK);
    }

    /// Sends a method, and waits for its answer. It drops frames of other channels meanwhile.
    In call(int channel, int method, Out arguments, int answer) throws IOException {
        send(channel, method, arguments);
        return expect(channel, answer);
    }

    /// The exception for an answer that has not come within [#PATIENCE].
    static IOException silent() {
        return new IOException("RabbitMQ has not answered for " + PATIENCE.toSeconds() + " s");
    }

    /// Waits for a method on the channel, and returns its arguments.
    In expect(int channel, int method) throws IOException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); ; ) {
            if (!next(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) throw silent();
            if (this.type != METHOD || this.channel != channel) continue;
            var in = payload();
            if (in.uint32() == method) return in;
        }
    }

    /// Sends one method.
    void send(int channel, int method, Out arguments) throws IOException {
        writing.lock();
        try {
            put(channel, method, arguments);
            flush();
        } finally {
            writing.unlock();
        }
    }

    /// Writes the method without a flush. A later flush sends it.
    void put(int channel, int method, Out arguments) throws IOException {
        var head = new Out().uint32(method);
        writing.lock();
        try {
            head(METHOD, channel, 4 + arguments.length());
            out.write(head.array(), 0, 4);
            out.write(arguments.array(), 0, arguments.length());
            out.write(FRAME_END);
        } finally {
            writing.unlock();
        }
    }

    /// Writes a message for a queue without a flush. RabbitMQ returns the message when there is no such queue.
    ///
    /// @param properties flags and values, as a content header has them
    void publish(int channel, String queue, Out properties, List<byte[]> body) throws IOException {
        writing.lock();
        try {
            put(channel, Method.BASIC_PUBLISH, new Out().uint16(0).shortString("").shortString(queue).octet(1));
            long length = body.stream().mapToLong(part -> part.length).sum();
            var header = new Out().uint16(60).uint16(0).uint64(length);
            head(HEADER, channel, header.length() + properties.length());
            out.write(header.array(), 0, header.length());
            out.write(properties.array(), 0, properties.length());
            out.write(FRAME_END);
            body(channel, body, length);
        } finally {
            writing.unlock();
        }
    }

    /// Writes the parts as one body, in as few frames as possible.
    private void body(int channel, List<byte[]> parts, long length) throws IOException {
        long left = length;
        int room = 0;
        for (var part : parts) {
            for (int i = 0; i < part.length; ) {
                if (room == 0) {
                    room = (int) Math.min(left, frameMax - OVERHEAD);
                    left -= room;
                    head(BODY, channel, room);
                }
                int piece = Math.min(part.length - i, room);
                out.write(part, i, piece);
                i += piece;
                room -= piece;
                if (room == 0) out.write(FRAME_END);
            }
        }
    }

    void flush() throws IOException {
        writing.lock();
        try {
            out.flush();
            saidAt = System.nanoTime();
        } finally {
            writing.unlock();
        }
    }

    /// Sends a heartbeat if one is due. None is due while another thread writes.
    void beat() throws IOException {
        if (System.nanoTime() - saidAt < beatEvery || !writing.tryLock()) return;
        try {
            out.write(BEAT);
            flush();
        } finally {
            writing.unlock();
        }
    }

    /// Whether the next frame has come already.
    boolean hasNext() throws IOException {
        if (end - at < OVERHEAD) return false;
        int size = uint32(at + 3);
        if (size < 0 || size > MAX_FRAME - OVERHEAD || buffer[at] == 'A') throw new IOException(stranger());
        return end - at - OVERHEAD >= size;
    }

    /// Waits for the next frame that is not of the connection itself; false when none has come in this time.
    ///
    /// @throws RabbitException when RabbitMQ closes the connection or a channel
    boolean next(Duration wait) throws IOException {
        long until = System.nanoTime() + wait.toNanos();
        while (true) {
            while (!hasNext()) if (!receive(until)) return false;
            takeFrame();
            if (type == HEARTBEAT) continue;
            if (type == METHOD && handleOwnMethod()) continue;
            return true;
        }
    }

    int type() {
        return type;
    }

    int channel() {
        return channel;
    }

    /// The payload of the frame. It is valid until the next frame is waited for.
    In payload() {
        return new In(buffer, from, to);
    }

    /// The bytes that the payload is in.
    byte[] bytes() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /// Why RabbitMQ takes no messages on this connection now; empty when it does.
    Optional<String> blocked() {
        return Optional.ofNullable(blocked);
    }

    boolean isClosed() {
        return link.isClosed();
    }

    /// Closes it in the order of AMQP, if that is possible. Otherwise RabbitMQ would complain in its log.
    void leave() {
        try (this) {
            call(0, Method.CONNECTION_CLOSE, new Out().uint16(200).shortString("").uint32(0),
                    Method.CONNECTION_CLOSE_OK);
        } catch (IOException gone) {
            // the connection is closed, as it should be
        }
    }

    /// Closes it at once, without the last messages of TLS: they would wait behind a write that is stuck.
    @Override
    public void close() {
        link.close();
    }

    private void head(int type, int channel, int size) throws IOException {
        if (size > frameMax - OVERHEAD) throw new IOException("more than a frame of RabbitMQ holds");
        out.write(new Out().octet(type).uint16(channel).uint32(size).array(), 0, 7);
    }

    private void takeFrame() throws IOException {
        type = buffer[at];
        channel = (buffer[at + 1] & 0xff) << 8 | buffer[at + 2] & 0xff;
        from = at + 7;
        to = from + uint32(at + 3);
        at = to + 1;
        if ((buffer[to] & 0xff) != FRAME_END) throw new IOException(STRANGER);
    }

    /// Reads the bytes that are there; false when the time is up.
    private boolean receive(long until) throws IOException {
        if (at > 0 && buffer.length - end < MAX_FRAME) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            end -= at;
            at = 0;
        }
        beat();
        long now = System.nanoTime();
        long left = Math.min(Math.min(until, heardAt + silence), now + Math.min(beatEvery, silence)) - now;
        try {
            link.socket().setSoTimeout((int) Math.max(1, left / 1_000_000));
            int n = in.read(buffer, end, buffer.length - end);
            if (n < 0) throw new EOFException("RabbitMQ has closed the connection");
            end += n;
            heardAt = System.nanoTime();
            return true;
        } catch (SocketTimeoutException nothing) {
            now = System.nanoTime();
            if (now - heardAt >= silence) throw new IOException("RabbitMQ has not answered for "
                    + Duration.ofNanos(silence).toSeconds() + " s", nothing);
            return now - until < 0;
        }
    }

    /// The reason for an unreadable frame. A server answers a protocol that it does not speak with its own.
    private String stranger() {
        String said = new String(buffer, at, 4, US_ASCII);
        return said.equals("AMQP") ? "what answers speaks another AMQP than 0-9-1" : STRANGER;
    }

    /// Handles a method that is about the connection itself; false when it is none.
    private boolean handleOwnMethod() throws IOException {
        var in = payload();
        int method = in.uint32();
        switch (method) {
            case Method.CONNECTION_BLOCKED -> blocked = "RabbitMQ takes no messages now: "
                    + in.shortString().replaceAll("[\\p{Cntrl}\"]+", " ");
            case Method.CONNECTION_UNBLOCKED -> blocked = null;
            case Method.CONNECTION_SECURE -> throw new IOException(STRANGER);
            case Method.CONNECTION_CLOSE, Method.CHANNEL_CLOSE -> {
                int code = in.uint16();
                String text = in.shortString();
                int cause = in.uint32();
                send(channel, method + 1, new Out());
                throw new RabbitException(code, text, cause);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private int uint32(int i) {
        return (buffer[i] & 0xff) << 24 | (buffer[i + 1] & 0xff) << 16 | (buffer[i + 2] & 0xff) << 8
                | buffer[i + 3] & 0xff;
    }
}
