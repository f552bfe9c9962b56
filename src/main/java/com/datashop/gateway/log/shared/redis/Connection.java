package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.log.shared.Link;
import com.datashop.gateway.log.shared.redis.RedisSettings.Login;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A connection to a Redis or a sentinel, in RESP2. Requests go out as bytes. Replies come in their order.
///
/// It belongs to one thread. Another thread may close it, which ends any wait.
final class Connection implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;
    /// The longest error, status or number, in bytes.
    private static final int MAX_LINE = 64 << 10;
    /// The longest string. Redis has none that is longer, so a longer one is not from Redis.
    ///
    /// This does not limit memory, and neither does `MAX_PARTS`: a caller keeps only as much as it has room for.
    private static final long MAX_TEXT = 64L << 30;
    /// The most parts of a reply. No entry of Redis has more.
    private static final int MAX_PARTS = 256 << 20;
    private static final int MAX_DEPTH = 8;
    /// The bytes that are kept of a reply that is read whole.
    ///
    /// Replies that the gateway needs whole are small, but some show entries of the stream.
    private static final int MAX_KEPT = 256 << 10;
    /// The bytes of one part of a reply beside its text.
    private static final int PART_BYTES = 64;
    /// The length of the longest id.
    static final int ID_BYTES = 41;

    private final Link link;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private long received;
    private int kept;

    /// @param link the socket; nothing has been sent on it yet
    Connection(Link link) throws IOException {
        this.link = link;
        in = link.socket().getInputStream();
        out = new BufferedOutputStream(link.socket().getOutputStream(), BUFFER_BYTES);
    }

    /// Logs in, and learns which server it is. (It uses `HELLO`, and not `INFO` or `ROLE`, because it needs no right.)
    Hello hello(Login login) throws IOException {
        var words = new ArrayList<>(List.of("HELLO", "2"));
        if (login.password() != null) words.addAll(List.of("AUTH", login.toString(), login.password()));
        words.addAll(List.of("SETNAME", "logs-sse-gateway"));
        var reply = ask(RedisCommand.of(words.toArray(String[]::new)));
        if (reply instanceof RedisReply.Failure failure && failure.message().startsWith("ERR unknown command"))
            return new Hello("older than 6.0", false);
        if (!(checked(reply) instanceof RedisReply.Many many)) throw notRedis();
        var members = many.members();
        return new Hello(String.valueOf(members.get("version")), "master".equals(String.valueOf(members.get("role"))));
    }

    /// Sends a request, and waits for its one reply.
    RedisReply ask(byte[] request) throws IOException {
        send(request);
        return reply();
    }

    void send(byte[] request) throws IOException {
        put(request);
        flush();
    }

    /// Adds a request that goes out together with the next one that is sent.
    void put(byte[] request) throws IOException {
        out.write(request);
    }

    void flush() throws IOException {
        out.flush();
    }

    /// Sets how long a reply may make no progress.
    void patience(Duration patience) throws IOException {
        link.patience(patience);
    }

    /// The reply, if it is not an error.
    ///
    /// @throws RedisException when it is an error
    static RedisReply checked(RedisReply reply) throws RedisException {
        if (reply instanceof RedisReply.Failure failure) throw new RedisException(failure);
        return reply;
    }

    /// Reads a whole reply. It does not keep strings that are too long, or parts after the first few thousand.
    RedisReply reply() throws IOException {
        kept = 0;
        return reply(0);
    }

    private RedisReply reply(int depth) throws IOException {
        byte type = read();
        return switch (type) {
            case '$' -> {
                long length = number();
                if (length < 0) yield new RedisReply.Nothing();
                if (length > MAX_KEPT - kept) {
                    skip(length);
                    yield new RedisReply.Long();
                }
                kept += (int) length;
                yield new RedisReply.Text(take((int) length));
            }
            case '+' -> new RedisReply.Text(line().getBytes(UTF_8));
            case '-' -> new RedisReply.Failure(line());
            case ':' -> new RedisReply.Number(number());
            case '*' -> {
                int size = size(number());
                if (depth == MAX_DEPTH) throw notRedis();
                var replies = new ArrayList<RedisReply>(Math.min(Math.max(size, 0), 1024));
                for (int i = 0; i < size; i++) {
                    if (kept >= MAX_KEPT) {
                        drop(depth + 1);
                        continue;
                    }
                    kept += PART_BYTES;
                    replies.add(reply(depth + 1));
                }
                yield size < 0 ? new RedisReply.Nothing() : new RedisReply.Many(replies);
            }
            default -> throw notRedis();
        };
    }

    /// Begins to read a reply of several parts, and returns their number; -1 when the reply is nothing.
    ///
    /// @throws RedisException when the reply is an error
    int beginMany() throws IOException {
        byte type = read();
        if (type == '-') throw new RedisException(new RedisReply.Failure(line()));
        if (type != '*' && type != '$') throw notRedis();
        return size(number());
    }

    /// Begins to read a string, and returns its length in bytes. The caller then takes or skips as many bytes.
    long beginText() throws IOException {
        if (read() != '$') throw notRedis();
        long length = number();
        if (length < 0) throw notRedis();
        return length;
    }

    /// Reads the string that has begun.
    byte[] take(int length) throws IOException {
        byte[] text = new byte[length];
        int held = Math.min(text.length, end - at);
        System.arraycopy(buffer, at, text, 0, held);
        at += held;
        for (int n = held; n < text.length; ) n += receive(text, n, text.length - n);
        endText();
        return text;
    }

    /// Reads the string that has begun, without keeping it.
    void skip(long length) throws IOException {
        if (length > MAX_TEXT) throw new IOException("a reply of more than " + MAX_TEXT + " bytes");
        for (long left = length; left > 0; ) {
            if (at == end) fill();
            int n = (int) Math.min(left, end - at);
            at += n;
            left -= n;
        }
        endText();
    }

    /// Reads a whole reply, without keeping it.
    void drop() throws IOException {
        drop(0);
    }

    /// The number of bytes received.
    long received() {
        return received - (end - at);
    }

    @Override
    public void close() {
        link.close();
    }

    private void drop(int depth) throws IOException {
        byte type = read();
        if (depth == MAX_DEPTH) throw notRedis();
        switch (type) {
            case '$' -> {
                long length = number();
                if (length >= 0) skip(length);
            }
            case '+', '-', ':' -> line();
            case '*' -> {
                int size = size(number());
                for (int i = 0; i < size; i++) drop(depth + 1);
            }
            default -> throw notRedis();
        }
    }

    /// The failure when an answer is not in the protocol of Redis.
    static IOException notRedis() {
        return new IOException("what answers is no Redis");
    }

    private void endText() throws IOException {
        if (read() != '\r' || read() != '\n') throw notRedis();
    }

    private static int size(long number) throws IOException {
        if (number > MAX_PARTS) throw new IOException("a reply of more than " + MAX_PARTS + " parts");
        return (int) Math.max(-1, number);
    }

    private long number() throws IOException {
        long number = 0;
        boolean negative = false;
        for (int digits = 0; digits < 20; digits++) {
            byte b = read();
            if (b == '\r') {
                if (read() != '\n' || digits == 0) break;
                return negative ? -number : number;
            }
            if (b == '-' && digits == 0) negative = true;
            else if (b < '0' || b > '9') break;
            else number = number * 10 + (b - '0');
        }
        throw notRedis();
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (byte b = read(); b != '\r'; b = read()) {
            if (line.size() == MAX_LINE) throw notRedis();
            line.write(b);
        }
        if (read() != '\n') throw notRedis();
        return line.toString(UTF_8);
    }

    private byte read() throws IOException {
        if (at == end) fill();
        return buffer[at++];
    }

    private void fill() throws IOException {
        at = 0;
        end = 0;
        end = receive(buffer, 0, buffer.length);
    }

    private int receive(byte[] into, int from, int length) throws IOException {
        try {
            int n = in.read(into, from, length);
            if (n < 0) throw new EOFException("Redis has closed the connection");
            received += n;
            return n;
        } catch (SocketTimeoutException late) {
            throw new IOException("Redis has not answered for " + link.socket().getSoTimeout() / 1000 + " s", late);
        }
    }

    /// The server's answer to `HELLO`.
    ///
    /// @param isMaster whether the server takes writes
    record Hello(String version, boolean isMaster) { }
}
