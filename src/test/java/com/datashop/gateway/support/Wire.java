package com.datashop.gateway.support;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// HTTP/1.1 by hand over raw sockets, so that a test decides every byte of a request and sees every byte of the answer.
public final class Wire {
    /// How long anything here waits for the other side without progress.
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /// In bytes, of all that one exchange may answer.
    private static final int MAX_ANSWER = 256 << 20;
    /// In bytes: a request goes out in such pieces, each of which counts as progress.
    private static final int PIECE = 64 << 10;

    private Wire() {
    }

    /// Sends a whole request on a connection of its own and reads all that comes back until the server closes, or
    /// nothing moves for 10 s: so ask for `Connection: close` unless that wait is what is tested.
    ///
    /// Writing and reading go on at the same time, and a reset while writing does not hide an answer that came first.
    /// The answer is what arrived, even if it was cut short; without any its status is 0 and its body what came
    /// instead.
    public static Answer exchange(int port, byte[] request) {
        try (var connection = new Connection(port)) {
            var lastWrite = new AtomicLong(System.nanoTime());
            Thread.ofVirtual().name("wire-writer-" + port).start(() -> {
                try {
                    for (int off = 0; off < request.length; off += PIECE) {
                        connection.socket.getOutputStream().write(request, off, Math.min(PIECE, request.length - off));
                        lastWrite.set(System.nanoTime());
                    }
                } catch (IOException refused) {
                    // The server need not read what it refuses; the reader below learns how it ended.
                }
            });
            var raw = new ByteArrayOutputStream();
            boolean closed = connection.readAll(raw, lastWrite);
            return Answer.of(method(request), raw.toByteArray(), closed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As [#exchange(int, byte\[\])], of text in UTF-8.
    public static Answer exchange(int port, String request) {
        return exchange(port, request.getBytes(StandardCharsets.UTF_8));
    }

    /// Opens a connection for several requests.
    public static Connection connect(int port) {
        try {
            return new Connection(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String method(byte[] request) {
        String start = new String(request, 0, Math.min(request.length, 16), StandardCharsets.ISO_8859_1);
        return start.split(" ", 2)[0];
    }

    /// One response.
    ///
    /// @param status  0 when there was none
    /// @param headers by lower-case name, in the order of arrival
    /// @param body    without its transfer coding
    /// @param closed  whether the server was seen to close, or reset, the connection
    public record Answer(int status, Map<String, List<String>> headers, byte[] body, boolean closed) {
        private static Answer of(String method, byte[] raw, boolean closed) throws IOException {
            var in = new ByteArrayInputStream(raw);
            WireHead head;
            try {
                head = WireHead.read(in);
            } catch (EOFException none) {
                return new Answer(0, Map.of(), raw, closed);
            }
            var body = new ByteArrayOutputStream();
            try {
                head.body(in, method).transferTo(body);
            } catch (EOFException cut) {
                // The bytes that have arrived are the answer: an open stream, for one, is never whole.
            }
            return new Answer(head.status(), head.headers(), body.toByteArray(), closed);
        }

        /// The first value of a header, null when there is none.
        public String header(String name) {
            List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
            return values == null ? null : values.getFirst();
        }

        /// The body as text.
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /// The body as JSON; that it is any is what the test claims.
        public JsonValue json() {
            try {
                return JsonValue.parse(body);
            } catch (JsonException e) {
                throw new AssertionError("not JSON: " + this, e);
            }
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + text() + (closed ? " (closed)" : "");
        }
    }

    /// A kept-alive connection, on which requests are sent and answers received one by one.
    public static final class Connection implements AutoCloseable {
        private final Socket socket = new Socket();
        private final InputStream in;

        private Connection(int port) throws IOException {
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        (int) PATIENCE.toMillis());
                socket.setTcpNoDelay(true);
                socket.setSoTimeout((int) PATIENCE.toMillis());
                in = new BufferedInputStream(socket.getInputStream());
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        /// Writes bytes as they are: a whole request, a part of one, or several.
        public void send(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Writes text in UTF-8.
        public void send(String text) {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        /// Reads the answer to a request that was not HEAD.
        public Answer receive() {
            return receive("GET");
        }

        /// Reads exactly one answer to a request of this method, leaving the next one where it is.
        ///
        /// A connection that is closed before an answer gives status 0; an answer that is cut short throws.
        public Answer receive(String method) {
            try {
                if (closedByPeer()) {
                    return new Answer(0, Map.of(), new byte[0], true);
                }
                WireHead head = WireHead.read(in);
                byte[] body = head.body(in, method).readNBytes(MAX_ANSWER);
                return new Answer(head.status(), head.headers(), body, head.untilClose(method));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Waits so long for something to read: false when nothing came, or the connection ended.
        public boolean hasAnswer(Duration bound) {
            try {
                socket.setSoTimeout(Math.toIntExact(bound.toMillis()));
                in.mark(1);
                if (in.read() < 0) {
                    return false;
                }
                in.reset();
                return true;
            } catch (IOException quietOrReset) {
                return false;
            } finally {
                restoreTimeout();
            }
        }

        /// Waits up to 10 s for the server to close or reset: false when it sent something instead, or did nothing.
        public boolean closedByPeer() {
            return closedByPeer(PATIENCE);
        }

        /// As [#closedByPeer()], with another bound.
        public boolean closedByPeer(Duration bound) {
            try {
                socket.setSoTimeout(Math.toIntExact(bound.toMillis()));
                in.mark(1);
                if (in.read() < 0) {
                    return true;
                }
                in.reset();
                return false;
            } catch (SocketTimeoutException quiet) {
                return false;
            } catch (IOException reset) {
                return true;
            } finally {
                restoreTimeout();
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void restoreTimeout() {
            try {
                socket.setSoTimeout((int) PATIENCE.toMillis());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Reads until the server closes (true) or until neither side moved for as long as patience lasts (false).
        private boolean readAll(ByteArrayOutputStream into, AtomicLong lastWrite) throws IOException {
            var buffer = new byte[PIECE];
            while (true) {
                try {
                    int n = in.read(buffer);
                    if (n < 0) {
                        return true;
                    }
                    into.write(buffer, 0, n);
                    socket.setSoTimeout((int) PATIENCE.toMillis());
                } catch (SocketTimeoutException quiet) {
                    long left = PATIENCE.minusNanos(System.nanoTime() - lastWrite.get()).toMillis();
                    if (left <= 0) {
                        return false;
                    }
                    socket.setSoTimeout((int) left);
                } catch (IOException reset) {
                    return true;
                }
                if (into.size() > MAX_ANSWER) {
                    throw new ProtocolException("an answer of more than " + MAX_ANSWER + " bytes");
                }
            }
        }
    }
}
