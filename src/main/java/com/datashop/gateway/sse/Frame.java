package com.datashop.gateway.sse;

import java.nio.charset.StandardCharsets;

/// An encoded piece of an event stream. All of its receivers share its bytes.
///
/// The format is WHATWG HTML, 9.2.6: lines of `field: value`, each ended by LF, and an empty line after each message.
/// A value must be one line. The gateway's values are JSON texts and ids, which can not contain a raw CR or LF.
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

    /// A message without a name, which `onmessage` gets. It has `id:` and `data:`.
    public static Frame message(byte[] id, byte[] data) {
        var bytes = new byte[ID.length + id.length + DATA.length + data.length + END.length];
        int at = put(ID, bytes, 0);
        at = put(id, bytes, at);
        at = put(DATA, bytes, at);
        at = put(data, bytes, at);
        put(END, bytes, at);
        return new Frame(bytes);
    }

    /// A message of the gateway's own, named `event`. It has no `id:` line when `id` is null.
    public static Frame control(String event, String id, String data) {
        return new Frame(bytes("event: " + event + (id == null ? "" : "\nid: " + id) + "\ndata: " + data + "\n\n"));
    }

    /// A line that tells the client how long to wait before it reconnects, in milliseconds.
    ///
    /// A message must follow. A blank line after it would make it a message without data, which nobody should see:
    /// Jersey and `@microsoft/fetch-event-source` hand it on.
    public static Frame retry(long milliseconds) {
        return new Frame(bytes("retry: " + milliseconds + "\n"));
    }

    /// The number of bytes before the data in a message without a name.
    public static int dataOffset(int idLength) {
        return ID.length + idLength + DATA.length;
    }

    /// The number of bytes of a message after its data.
    public static int endLength() {
        return END.length;
    }

    /// The encoded bytes, not a copy. Nobody may change them.
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
