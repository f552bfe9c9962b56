package com.datashop.gateway.log.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The form of an event on disk. All numbers are big-endian.
///
/// ```
///    0  length     4   of the record, these bytes included
///    4  CRC32C     4   of everything else in the record, the length first
///    8  flags      1   1: the batch goes on with the next record
///    9  id        16   major, minor
///   25  timestamp  8   milliseconds since 1970
///   33  channel    2   its length in bytes, and then the channel in ASCII
///       data           the publisher's JSON value, compact, to the end of the record
/// ```
///
/// A reader can tell a record from anything else, wherever it comes upon it. Data is JSON text, and has no byte below a
/// blank. So no four bytes of data are a length that a file could have. The checksum decides the rest.
final class Record {
    /// The offset of the channel: the length of a record without its channel and data.
    static final int HEAD_BYTES = 35;
    static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    private static final int MORE = 1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private Record() { }

    /// The length of the draft's record.
    static long length(Draft draft) {
        return HEAD_BYTES + (long) draft.channel().text().length() + draft.data().length;
    }

    /// Writes a record, and returns where it ends.
    ///
    /// @param more whether the batch goes on with the next one
    static int put(byte[] into, int at, EventId id, Draft draft, boolean more) {
        byte[] channel = draft.channel().text().getBytes(US_ASCII);
        int length = HEAD_BYTES + channel.length + draft.data().length;
        INT.set(into, at, length);
        into[at + 8] = (byte) (more ? MORE : 0);
        LONG.set(into, at + 9, id.major());
        LONG.set(into, at + 17, id.minor());
        LONG.set(into, at + 25, draft.timestamp());
        SHORT.set(into, at + 33, (short) channel.length);
        System.arraycopy(channel, 0, into, at + HEAD_BYTES, channel.length);
        System.arraycopy(draft.data(), 0, into, at + HEAD_BYTES + channel.length, draft.data().length);
        INT.set(into, at + 4, checksum(into, at, length));
        return at + length;
    }

    /// The length that a record here claims; 0 when no record can begin here that ends within this many bytes.
    ///
    /// @param from at least [#HEAD_BYTES] can be read from here on
    static int claimedLength(byte[] bytes, int from, long within) {
        int length = (int) INT.get(bytes, from);
        boolean possible = length > HEAD_BYTES && length <= within && bytes[from + 8] >= 0 && bytes[from + 8] <= MORE;
        return possible && channelLength(bytes, from) < length - HEAD_BYTES ? length : 0;
    }

    /// Whether the bytes of this length are a record.
    static boolean isSound(byte[] bytes, int from, int length) {
        return checksum(bytes, from, length) == (int) INT.get(bytes, from + 4);
    }

    static boolean hasMore(byte[] bytes, int from) {
        return bytes[from + 8] == MORE;
    }

    static EventId id(byte[] bytes, int from) {
        return new EventId((long) LONG.get(bytes, from + 9), (long) LONG.get(bytes, from + 17));
    }

    static long timestamp(byte[] bytes, int from) {
        return (long) LONG.get(bytes, from + 25);
    }

    static String channel(byte[] bytes, int from) {
        return new String(bytes, from + HEAD_BYTES, channelLength(bytes, from), US_ASCII);
    }

    /// The record's channel when it is selected, else null.
    static Channel channel(byte[] bytes, int from, Selection selection) {
        return selection.channel(bytes, from + HEAD_BYTES, channelLength(bytes, from));
    }

    /// Reads the name of the record's channel.
    static void hash(byte[] bytes, int from, ChannelHash into) {
        into.read(bytes, from + HEAD_BYTES, channelLength(bytes, from));
    }

    /// The draft that was stored, on this channel.
    static Draft draft(byte[] bytes, int from, int length, Channel channel) {
        int dataAt = from + HEAD_BYTES + channelLength(bytes, from);
        return new Draft(channel, timestamp(bytes, from), Arrays.copyOfRange(bytes, dataAt, from + length));
    }

    private static int channelLength(byte[] bytes, int from) {
        return (short) SHORT.get(bytes, from + 33) & 0xFFFF;
    }

    private static int checksum(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, 4);
        crc.update(bytes, from + 8, length - 8);
        return (int) crc.getValue();
    }
}
