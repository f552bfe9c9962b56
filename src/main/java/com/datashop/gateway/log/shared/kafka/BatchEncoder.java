package com.datashop.gateway.log.shared.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Draft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/// Turns events into a record batch: one record each.
///
/// ```
///   key        channel                 value     data
///   timestamp  of the event            headers   log-batch  token:number, of a publish's first event
///                                                log-time   the event's timestamp, when it is far from the clock
///                                                log-birth  the birth of the life, of a record batch's first event
/// ```
///
/// A publisher's thread does the first half of the work: it encodes each publish as pieces. The writer then joins the
/// pieces of several publishes to one record batch. Kafka stores that whole or not at all.
///
/// Kafka takes the record's timestamp for the age of a segment, and refuses one that is far ahead of its clock. So a
/// record has the time of arrival, unless the event's own is within a minute of it.
final class BatchEncoder {
    /// The names of headers.
    static final String BATCH = "log-batch";
    static final String TIMESTAMP = "log-time";
    static final String BIRTH = "log-birth";
    static final String TURN = "log-turn";
    static final int RADIX = Character.MAX_RADIX;
    /// A record has the timestamp of its event, if that is at most this far from the time of its arrival.
    static final long CLOCKS_MILLISECONDS = 60_000;

    /// The bytes of a record batch before its records.
    static final int HEAD_BYTES = 61;
    static final byte MAGIC = 2;
    static final int GZIP = 1;
    private static final int LENGTH_AT = 8;
    private static final int CRC_AT = 17;
    private static final int CHECKED_FROM = 21;
    /// The most bytes of the varints before a record, and of the birth.
    private static final int RECORD_BYTES = 64;
    private static final long NO_PRODUCER = -1;
    private static final int PIECE_BYTES = 17;

    private BatchEncoder() { }

    /// Encodes the events of a batch as pieces, one after the other.
    ///
    /// A piece has the timestamp, the number of headers, the length of key and value, and the length of the headers.
    /// Key, value and headers follow, as they are in a record.
    ///
    /// @param stamped whether the broker overwrites the timestamps of records
    static byte[] pieces(List<Draft> batch, String token, long now, boolean stamped) {
        int data = 0;
        for (var draft : batch) data += draft.data().length + draft.channel().text().length() + RECORD_BYTES;
        var out = new Out(data + 64);
        boolean first = true;
        for (var draft : batch) {
            boolean near = !stamped && Math.abs(draft.timestamp() - now) <= CLOCKS_MILLISECONDS;
            out.int64(near ? draft.timestamp() : now).int8((first ? 1 : 0) + (near ? 0 : 1)).int32(0).int32(0);
            int from = out.length();
            byte[] channel = draft.channel().text().getBytes(UTF_8);
            out.varint(channel.length).raw(channel, 0, channel.length);
            out.varint(draft.data().length).raw(draft.data(), 0, draft.data().length);
            out.put32(from - 8, out.length() - from);
            int headers = out.length();
            if (first) header(out, BATCH, token + ":" + Integer.toString(batch.size(), RADIX));
            if (!near) header(out, TIMESTAMP, Long.toString(draft.timestamp()));
            out.put32(from - 4, out.length() - headers);
            first = false;
        }
        return out.toBytes();
    }

    /// About how many bytes of a record batch these pieces take.
    static int batchBytes(byte[] pieces, int events) {
        return HEAD_BYTES + RECORD_BYTES + pieces.length - (PIECE_BYTES - 8) * events;
    }

    /// A record batch of these pieces.
    ///
    /// @param sequence the number of its first record, among those that the producer has sent
    static byte[] batch(List<byte[]> pieces, long birth, Producer.Id producer, int sequence, boolean zipped) {
        int size = HEAD_BYTES + RECORD_BYTES;
        for (var piece : pieces) size += piece.length + RECORD_BYTES;
        var records = new Out(size);
        byte[] head = new byte[HEAD_BYTES];
        records.raw(head, 0, HEAD_BYTES);
        long base = 0;
        long newest = Long.MIN_VALUE;
        int count = 0;
        var none = new Out(0);
        try {
            for (var piece : pieces) {
                for (var in = new In(piece); in.left() > 0; count++) {
                    long timestamp = in.int64();
                    int headers = in.int8() + (count == 0 ? 1 : 0);
                    int body = in.int32();
                    int headerBytes = in.int32();
                    if (count == 0) base = timestamp;
                    newest = Math.max(newest, timestamp);
                    var own = count == 0 ? header(new Out(32), BIRTH, Long.toString(birth)) : none;
                    int length = 1 + Out.varlongSize(timestamp - base) + Out.varintSize(count) + body
                            + Out.varintSize(headers) + own.length() + headerBytes;
                    records.varint(length).int8(0).varlong(timestamp - base).varint(count)
                            .raw(in.buffer(), in.at(), body);
                    in.skip(body);
                    records.varint(headers).raw(own.buffer(), 0, own.length()).raw(in.buffer(), in.at(), headerBytes);
                    in.skip(headerBytes);
                }
            }
        } catch (IOException ourOwn) {
            throw new UncheckedIOException(ourOwn);
        }
        return finish(records, base, newest, count, producer, sequence, zipped);
    }

    /// A record batch of one record that is no event.
    static byte[] batch(LifeRecord life, long now) {
        var headers = new Out(64);
        header(headers, TURN, life.toString());
        header(headers, BIRTH, Long.toString(life.birth()));
        var records = new Out(256).raw(new byte[HEAD_BYTES], 0, HEAD_BYTES);
        int length = 1 + 1 + 1 + 1 + 1 + 1 + headers.length();
        records.varint(length).int8(0).varlong(0).varint(0).varint(-1).varint(-1).varint(2)
                .raw(headers.buffer(), 0, headers.length());
        return finish(records, now, now, 1, Producer.Id.NONE, -1, false);
    }

    private static byte[] finish(Out records, long base, long newest, int count, Producer.Id producer, int sequence,
            boolean zipped) {
        byte[] body = zipped ? zip(records) : null;
        int length = zipped ? HEAD_BYTES + body.length : records.length();
        var head = new Out(HEAD_BYTES).int64(0).int32(length - LENGTH_AT - 4).int32(-1).int8(MAGIC).int32(0)
                .int16(zipped ? GZIP : 0).int32(count - 1).int64(base).int64(newest).int64(producer.id())
                .int16(producer.epoch()).int32(producer.id() == NO_PRODUCER ? -1 : sequence).int32(count);
        byte[] batch = new byte[length];
        System.arraycopy(head.buffer(), 0, batch, 0, HEAD_BYTES);
        System.arraycopy(zipped ? body : records.buffer(), zipped ? 0 : HEAD_BYTES, batch, HEAD_BYTES,
                length - HEAD_BYTES);
        var crc = new CRC32C();
        crc.update(batch, CHECKED_FROM, length - CHECKED_FROM);
        for (int i = 0; i < 4; i++) batch[CRC_AT + i] = (byte) (crc.getValue() >> 24 - 8 * i);
        return batch;
    }

    private static byte[] zip(Out records) {
        var bytes = new ByteArrayOutputStream(records.length() / 4);
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(records.buffer(), HEAD_BYTES, records.length() - HEAD_BYTES);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    private static Out header(Out out, String name, String value) {
        byte[] text = value.getBytes(US_ASCII);
        byte[] key = name.getBytes(US_ASCII);
        return out.varint(key.length).raw(key, 0, key.length).varint(text.length).raw(text, 0, text.length);
    }
}
