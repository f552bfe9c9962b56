package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The floor of the design that writes each event once to each subscriber: a bare loop on one thread of this process,
/// which does nothing else.
///
/// It has no history, no order across channels, no checks and no JSON. Where no other server is at hand, the gateway
/// is compared with its costs at the same moment on the same machine: noise of the machine is in both.
final class FloorTarget implements Target {
    private static final byte[] STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] REPLY = "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"success\":true}"
            .getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);
    /// A subscriber that is so many events behind is cut.
    private static final int MAX_PENDING = 100_000;
    private static final int MAX_REQUEST = 4 << 20;

    private final ServerSocketChannel server;
    private final Selector selector;
    private final Thread thread;
    private final Map<String, List<Peer>> channels = new HashMap<>();
    /// The event that is being written.
    private final ByteBuffer frame = ByteBuffer.allocateDirect(MAX_REQUEST + 256);
    private volatile boolean closed;
    private long events;

    FloorTarget() {
        try {
            selector = Selector.open();
            server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        thread = Thread.ofPlatform().daemon().name("floor").start(this::run);
    }

    @Override
    public int streamPort() {
        return server.socket().getLocalPort();
    }

    @Override
    public String subscription(String channel, String lastEventId) {
        return "GET /" + channel + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    @Override
    public Publication publication(String[] channels, String data, int[] lanes) {
        if (channels.length > 1) throw new IllegalArgumentException("the floor takes no batches");
        return new Publication(Publication.post("/" + channels[0], "application/json", "", data), lanes);
    }

    /// Its thread's processor time; its memory is this process's, and says nothing.
    @Override
    public Cost cost() {
        return new Cost() {
            @Override
            public double cpuSeconds() {
                return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()) / 1e9;
            }

            @Override
            public long residentBytes() {
                return 0;
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Consumer<SelectionKey> ready = this::ready;
        try (selector; server) {
            while (!closed) selector.select(ready);
            for (var key : selector.keys()) key.channel().close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.attachment() instanceof Peer peer) {
                if (key.isWritable()) peer.drain();
                if (key.isReadable()) peer.read();
                return;
            }
            for (var accepted = server.accept(); accepted != null; accepted = server.accept()) {
                accepted.configureBlocking(false);
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                var peer = new Peer(accepted);
                peer.key = accepted.register(selector, SelectionKey.OP_READ, peer);
            }
        } catch (IOException gone) {
            if (key.attachment() instanceof Peer peer) peer.close();
        }
    }

    private void publish(String channel, byte[] body, int from, int to) {
        frame.clear();
        frame.put(("id: " + ++events + "\ndata: ").getBytes(US_ASCII)).put(body, from, to - from).put(END).flip();
        for (var peer : channels.getOrDefault(channel, List.of())) peer.send(frame.duplicate());
    }

    /// A connection: a publisher's until it asks for a stream.
    private final class Peer {
        private final SocketChannel channel;
        private SelectionKey key;
        private byte[] request = new byte[2048];
        private int length;
        private final ArrayDeque<ByteBuffer> pending = new ArrayDeque<>(0);

        Peer(SocketChannel channel) {
            this.channel = channel;
        }

        void read() throws IOException {
            if (length == request.length) request = Arrays.copyOf(request, Math.min(MAX_REQUEST, length * 4));
            int read = channel.read(ByteBuffer.wrap(request, length, request.length - length));
            if (read < 0) {
                close();
                return;
            }
            length += read;
            int body = body();
            if (body < 0) return;
            var head = new String(request, 0, body, US_ASCII);
            var path = head.substring(head.indexOf('/') + 1, head.indexOf(" HTTP"));
            if (head.startsWith("GET")) {
                var followers = channels.computeIfAbsent(path, _ -> new ArrayList<>());
                followers.removeIf(peer -> !peer.channel.isOpen());
                followers.add(this);
                request = new byte[16];
                length = 0;
                send(ByteBuffer.wrap(STREAM_HEAD));
                return;
            }
            int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
            int end = body + Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
            if (length < end) return;
            publish(path, request, body, end);
            length = 0;
            send(ByteBuffer.wrap(REPLY));
        }

        void send(ByteBuffer bytes) {
            if (!channel.isOpen()) return;
            try {
                if (pending.isEmpty()) channel.write(bytes);
                if (!bytes.hasRemaining()) return;
                pending.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
                if (pending.size() > MAX_PENDING) close();
                else key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            } catch (IOException gone) {
                close();
            }
        }

        void drain() throws IOException {
            while (!pending.isEmpty()) {
                channel.write(pending.peek());
                if (pending.peek().hasRemaining()) return;
                pending.poll();
            }
            key.interestOps(SelectionKey.OP_READ);
        }

        void close() {
            try {
                channel.close();
            } catch (IOException closed) {
                // which is what is wanted
            }
        }

        private int body() {
            for (int i = 3; i < length; i++) if (request[i] == '\n' && request[i - 2] == '\n') return i + 1;
            return -1;
        }
    }
}
