package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// One stream that the generator follows, and what it has had of its lanes; all of it on its audience's thread.
final class Subscriber implements EventStream.Sink {
    private final String request;
    private final int firstLane;
    private final Lane[] lanes;
    private final int receiveBuffer;
    private EventStream stream = new EventStream(this);
    private Audience audience;
    private SocketChannel channel;
    private SelectionKey key;
    private boolean open;
    private boolean stalled;

    /// @param request the request that follows its channel
    /// @param firstLane the first of the lanes that its channel has
    /// @param lanes how many they are
    Subscriber(String request, int firstLane, int lanes) {
        this(request, firstLane, lanes, 0);
    }

    /// @param receiveBuffer the size of the kernel's buffer, in bytes; 0 for what the system gives
    Subscriber(String request, int firstLane, int lanes, int receiveBuffer) {
        this.request = request;
        this.firstLane = firstLane;
        this.lanes = new Lane[lanes];
        this.receiveBuffer = receiveBuffer;
        for (int i = 0; i < lanes; i++) this.lanes[i] = new Lane();
    }

    /// The same client after its connection was lost: it goes on where it was.
    ///
    /// @param request the request that resumes
    Subscriber(String request, Subscriber before) {
        this.request = request;
        firstLane = before.firstLane;
        lanes = before.lanes;
        receiveBuffer = before.receiveBuffer;
    }

    /// Where it would resume, or null.
    String lastEventId() {
        return stream.lastEventId();
    }

    void connect(Audience audience, Selector selector, InetSocketAddress address) {
        this.audience = audience;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            // closing resets: ten thousand ports in TIME_WAIT would be missing in the next run
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            if (receiveBuffer > 0) channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            key = channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (channel.connect(address)) connected(key);
        } catch (IOException refused) {
            gone();
        }
    }

    void connected(SelectionKey key) {
        try {
            channel.finishConnect();
            var head = ByteBuffer.wrap(request.getBytes(US_ASCII));
            channel.write(head);
            if (head.hasRemaining()) throw new IOException("a request that does not fit into an empty socket");
            key.interestOps(SelectionKey.OP_READ);
        } catch (IOException refused) {
            gone();
        }
    }

    /// Reads what there is; not more than the buffer takes, so that a fast stream keeps no other from being read.
    int read(ByteBuffer into) {
        try {
            int length = channel.read(into);
            if (length < 0) gone();
            return length;
        } catch (IOException reset) {
            gone();
            return -1;
        }
    }

    void feed(byte[] bytes, int length) {
        stream.feed(bytes, 0, length);
    }

    /// Reads nothing any more, as a client does that hangs.
    void stall() {
        stalled = true;
        key.interestOps(0);
    }

    /// Ends its connection as a browser does: with a FIN, which a server sees only when it writes or reads.
    void leave() {
        try {
            if (channel != null) channel.setOption(StandardSocketOptions.SO_LINGER, -1);
        } catch (IOException gone) {
            // and it is closed for good below
        }
        reset();
    }

    void reset() {
        try {
            if (channel != null) channel.close();
        } catch (IOException closed) {
            // which is what is wanted
        }
    }

    /// How many of the events published in its lanes are still to come; none are missed by one that stalls on purpose.
    long missingAtTheEnd(Published published) {
        if (stalled || !open) return 0;
        long missing = 0;
        for (int i = 0; i < lanes.length; i++) missing += Math.max(0, published.count(firstLane + i) - lanes[i].next());
        return missing;
    }

    @Override
    public void opened(int status) {
        open = status == 200;
        if (open) {
            audience.opened();
        } else {
            reset();
            audience.refused("status " + status);
        }
    }

    @Override
    public void event(int lane, long number, long due) {
        int index = lane - firstLane;
        audience.received(lane >= 0 && index >= 0 && index < lanes.length ? lanes[index] : null, number, due);
    }

    @Override
    public void control(String name, String data) {
        audience.told(name, data);
    }

    @Override
    public void ended() {
        gone();
    }

    private void gone() {
        if (channel == null || !channel.isOpen()) return;
        reset();
        if (open) audience.ended();
        else audience.refused("the connection ended");
    }
}
