package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.log.shared.Link;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/// A connection to a broker: requests go out, and answers come in their order.
///
/// ```
///   request    size · key · version · number · client id · body
///   answer     size · number · body                                 the number is that of the request
/// ```
///
/// It belongs to one thread. Another thread may close it, which ends any wait.
final class Connection implements Closeable {
    private static final String CLIENT = "logs-sse-gateway";
    /// The bytes that are kept of an answer that is too large: enough for the head of its first record batch.
    private static final int KEPT = 64 << 10;
    private static final int CHUNK = 1 << 20;

    /// The longest wait that a broker may ask for, in milliseconds. A quota's window has some seconds.
    private static final int MAX_THROTTLE = 60_000;

    private final Link link;
    private final InputStream in;
    private final OutputStream out;
    private Map<Integer, Api.Range> offered = Map.of();
    private int number;
    private int room = ReadBounds.MOST_ROOM;
    private int patience = (int) Link.PATIENCE.toMillis();
    private int throttled;

    private Connection(Link link) throws IOException {
        this.link = link;
        in = new BufferedInputStream(link.socket().getInputStream(), 64 << 10);
        out = link.socket().getOutputStream();
    }

    /// Learns which versions the broker speaks.
    ///
    /// @param link the socket; nothing has been sent on it yet
    static Connection begin(Link link) throws IOException {
        try {
            var connection = new Connection(link);
            connection.offered = Api.offered(connection.ask(Api.API_VERSIONS, 0, new Out(0)));
            for (var api : Api.values()) if (!api.isLogin()) api.choose(connection.offered);
            return connection;
        } catch (IOException failed) {
            link.close();
            throw failed;
        }
    }

    Link link() {
        return link;
    }

    /// The version in which to make this request.
    int version(Api api) throws IOException {
        return api.choose(offered);
    }

    /// Makes a request, and waits for its answer.
    In ask(Api api, int version, Out body) throws IOException {
        return ask(api.key, version, body);
    }

    /// Makes a request that is known by its key.
    In ask(int key, int version, Out body) throws IOException {
        send(key, version, body);
        return answer(key == Api.FETCH.key);
    }

    private void send(int key, int version, Out body) throws IOException {
        var head = new Out(32).int32(0).int16(key).int16(version).int32(++number).string(CLIENT);
        head.put32(0, head.length() - 4 + body.length());
        if (body.length() < 1024) {
            head.raw(body.buffer(), 0, body.length());
            out.write(head.buffer(), 0, head.length());
        } else {
            out.write(head.buffer(), 0, head.length());
            out.write(body.buffer(), 0, body.length());
        }
        out.flush();
    }

    /// @param records whether the answer has records; then it may be larger than the room, and is cut
    private In answer(boolean records) throws IOException {
        try {
            link.socket().setSoTimeout(patience + throttled);
            throttled = 0;
            int size = new In(read(4)).int32();
            if (size < 4) throw In.malformed();
            boolean fits = size <= room;
            if (!fits && !records) throw new IOException("an answer of more than " + room + " bytes");
            if (new In(read(4)).int32() != number) throw In.malformed();
            if (fits) return new In(read(size - 4));
            var answer = In.cut(read(KEPT));
            for (int left = size - 4 - KEPT; left > 0; left -= KEPT) read(Math.min(left, KEPT));
            return answer;
        } catch (SocketTimeoutException late) {
            throw new IOException("Kafka has not answered for " + link.socket().getSoTimeout() / 1000 + " s", late);
        }
    }

    /// Sets how many bytes an answer with records may have. Only the beginning is kept of a larger one.
    void room(int bytes) {
        room = bytes;
    }

    /// Sets how long an answer may make no progress.
    void patience(Duration patience) {
        this.patience = (int) patience.toMillis();
    }

    /// Notes that the broker answers this much later, because this client is over its quota.
    void throttled(int milliseconds) {
        throttled = Math.clamp(milliseconds, 0, MAX_THROTTLE);
    }

    @Override
    public void close() {
        link.close();
    }

    /// Reads this number of bytes. It believes a large count only when the first of them have come.
    private byte[] read(int count) throws IOException {
        byte[] begin = in.readNBytes(Math.min(count, CHUNK));
        byte[] bytes = count > begin.length && begin.length == CHUNK ? Arrays.copyOf(begin, count) : begin;
        int came = begin.length + in.readNBytes(bytes, begin.length, bytes.length - begin.length);
        if (came < count) throw new EOFException("Kafka has closed the connection");
        return bytes;
    }
}
