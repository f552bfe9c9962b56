package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A publisher's keep-alive connection: one request, then its reply, then the next.
final class Connection implements AutoCloseable {
    /// The longest reply, in bytes.
    private static final int MAX_REPLY = 64 << 10;

    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
    private static final byte[] CONNECTION_CLOSE = "connection: close".getBytes(US_ASCII);

    private final InetSocketAddress address;
    private SocketChannel channel;
    private boolean spent;
    private final ByteBuffer reply = ByteBuffer.allocate(MAX_REPLY);
    private final byte[] bytes = reply.array();
    private int bodyAt;
    private int end;

    Connection(int port) throws IOException {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        open();
    }

    private void open() throws IOException {
        channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        spent = false;
    }

    /// Whether the last reply said that the server closes it, which one of the peers says every time.
    boolean isSpent() {
        return spent;
    }

    /// Opens it again if it is spent; whether it was.
    boolean renew() throws IOException {
        if (!spent) return false;
        channel.close();
        open();
        return true;
    }

    SocketChannel channel() {
        return channel;
    }

    /// Reads some of the reply; whether it is here whole, and [#status] can be asked.
    boolean read() throws IOException {
        if (channel.read(reply) < 0) throw new EOFException("the server closed a publisher's connection");
        return isWhole();
    }

    /// Sends a request and waits for its reply; the reply's status.
    int exchange(ByteBuffer request) throws IOException {
        renew();
        while (request.hasRemaining()) channel.write(request);
        while (!read())
            if (!reply.hasRemaining()) throw new ProtocolException("a reply of more than " + MAX_REPLY + " bytes");
        return status();
    }

    /// The status of the reply that is here, which is thereby done with.
    int status() {
        int status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
        reply.clear();
        bodyAt = 0;
        return status;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException closed) {
            // which is what is wanted
        }
    }

    private boolean isWhole() throws IOException {
        int length = reply.position();
        if (bodyAt == 0 && !findBody(length)) return false;
        // chunked: the last chunk
        if (end < 0) return length >= bodyAt + 5 && bytes[length - 5] == '0' && bytes[length - 1] == '\n';
        if (length > end) throw new ProtocolException("more than one reply to a request");
        return length == end;
    }

    /// Looks for the end of the head, and in the head for how long the body is.
    private boolean findBody(int length) {
        int lineAt = 0;
        end = -1;
        for (int at = 0; at < length; at++) {
            if (bytes[at] != '\n') continue;
            if (at - lineAt <= 1) {
                bodyAt = at + 1;
                if (end < 0 && bytes[9] == '2' && bytes[11] == '4') end = 0; // 204 has no body, and no length
                if (end >= 0) end += bodyAt;
                return true;
            }
            if (begins(lineAt, CONTENT_LENGTH)) end = number(lineAt + CONTENT_LENGTH.length);
            else if (begins(lineAt, CONNECTION_CLOSE)) spent = true;
            lineAt = at + 1;
        }
        return false;
    }

    /// Whether the line at this place begins so, in any case.
    private boolean begins(int at, byte[] name) {
        for (int i = 0; i < name.length; i++) if ((bytes[at + i] | 0x20) != (name[i] | 0x20)) return false;
        return true;
    }

    private int number(int at) {
        int number = 0;
        for (int i = at; bytes[i] != '\r' && bytes[i] != '\n'; i++)
            if (bytes[i] != ' ') number = number * 10 + bytes[i] - '0';
        return number;
    }
}
