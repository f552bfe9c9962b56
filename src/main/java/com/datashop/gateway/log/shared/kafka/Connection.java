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
import java.util.Map;

/// A connection to a broker: requests go out, and answers come in their order.
///
/// ```
///   request    size · key · version · number · client id · body
///   answer     size · number · body                                 the number is that of the request
/// ```
///
/// It belongs to one thread; another may close it, which ends whatever it waits for.
final class Connection implements Closeable {
    private static final String CLIENT = "logs-sse-gateway";
    /// Nothing but records makes an answer larger. A topic's batch may be larger than anything that a node can hold.
    private static final int MAX_ANSWER = Math.clamp(Runtime.getRuntime().maxMemory() / 8, 16 << 20, 512 << 20);

    /// A broker may make a client wait for as long as its quota's window is, which is some seconds.
    private static final int MAX_THROTTLE = 60_000;

    private final Link link;
    private final InputStream in;
    private final OutputStream out;
    private Map<Integer, Api.Range> offered = Map.of();
    private int number;
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
        return answer();
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

    private In answer() throws IOException {
        try {
            link.socket().setSoTimeout(patience + throttled);
            throttled = 0;
            int size = new In(read(4)).int32();
            if (size < 4) throw In.malformed();
            if (size > MAX_ANSWER) throw new IOException("an answer of more than " + MAX_ANSWER + " bytes");
            var answer = new In(read(size));
            if (answer.int32() != number) throw In.malformed();
            return answer;
        } catch (SocketTimeoutException late) {
            throw new IOException("Kafka has not answered for " + link.socket().getSoTimeout() / 1000 + " s", late);
        }
    }

    /// How long an answer may make no progress.
    void patience(Duration patience) {
        this.patience = (int) patience.toMillis();
    }

    /// Takes note that the broker is going to answer that much later, since this client is over its quota.
    void throttled(int milliseconds) {
        throttled = Math.clamp(milliseconds, 0, MAX_THROTTLE);
    }

    @Override
    public void close() {
        link.close();
    }

    /// It believes the size only as fast as the bytes come.
    private byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) throw new EOFException("Kafka has closed the connection");
        return bytes;
    }
}
