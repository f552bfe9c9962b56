package com.datashop.gateway.sse;

import java.nio.charset.StandardCharsets;

/// A piece of an event stream, encoded: the bytes that go to the wire, shared by everyone they go to.
///
/// The format is WHATWG HTML, 9.2.6: `field: value` lines, each ended by LF, and an empty line after each message.
/// Values must be one line; the gateway's are JSON texts and ids, in which a raw CR or LF can not stand.
public final class Frame {
    /// The heartbeat. One LF ends it: with a blank line after it, two common clients deliver an empty message.
    public static final Frame PING = new Frame(bytes(":ping\n"));

    private static final byte[] ID = bytes("id: ");
    private static final byte[] DATA = bytes("\ndata: ");
    private static final byte[] END = bytes("\n\n");

    private final byte[] bytes;

    private Frame(byte[] bytes) {
        this.bytes = bytes;
    }

    /// An unnamed message, which `onmessage` gets: `id:` and `data:`.
    public static Frame message(byte[] id, byte[] data) {
        var bytes = new byte[ID.length + id.length + DATA.length + data.length + END.length];
        int at = put(ID, bytes, 0);
        at = put(id, bytes, at);
        at = put(DATA, bytes, at);
        at = put(data, bytes, at);
        put(END, bytes, at);
        return new Frame(bytes);
    }

    /// A message of the gateway's own, named `event`; without an `id:` line when `id` is null.
    public static Frame control(String event, String id, String data) {
        return new Frame(bytes("event: " + event + (id == null ? "" : "\nid: " + id) + "\ndata: " + data + "\n\n"));
    }

    /// The wait, in milliseconds, before the client may reconnect: a line before the next message. (With a blank line after it, it would be a message
    /// without data, which nobody should see; Jersey and `@microsoft/fetch-event-source` hand it on.)
    public static Frame retry(long milliseconds) {
        return new Frame(bytes("retry: " + milliseconds + "\n"));
    }

    /// The number of bytes of an unnamed message around its data, before the data.
    public static int dataOffset(int idLength) {
        return ID.length + idLength + DATA.length;
    }

    /// The number of bytes of a message after its data.
    public static int endLength() {
        return END.length;
    }

    /// The encoded bytes themselves, not a copy: whoever has them must not change them.
    public byte[] bytes() {
        return bytes;
    }

    /// The length in bytes.
    public int length() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int put(byte[] part, byte[] into, int at) {
        System.arraycopy(part, 0, into, at, part.length);
        return at + part.length;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
