package com.datashop.gateway.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.sse.Frame;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A log entry in its place in the log. It is encoded once: history and all subscribers share its frame.
///
/// It is not a record, for one reason: it remembers its [#level()], which every subscriber with `level=` asks for.
public final class Event {
    /// The heap that an event costs beside the bytes of its frame, in bytes.
    ///
    /// It is this object (48), its id (32), and its frame's object (16) and array head (16), as the 64-bit JVM with
    /// compressed pointers lays them out.
    public static final int OVERHEAD_BYTES = 112;
    /// The heap that an event costs beside its data, about, in bytes.
    ///
    /// A frame has some 150 bytes beside the data: `id:`, `data:` and the members of the envelope.
    public static final int BESIDE_DATA_BYTES = OVERHEAD_BYTES + 150;

    /// The level is not read before somebody asks.
    private static final int UNKNOWN = 0;
    private static final int NONE = 1;
    private static final int FIRST = 2;
    private static final List<Optional<Level>> LEVELS = Stream.concat(
            Stream.of(Optional.<Level>empty(), Optional.<Level>empty()),
            Stream.of(Level.values()).map(Optional::of)).toList();

    private final EventId id;
    private final Channel channel;
    private final long timestamp;
    private final Frame frame;
    private final int dataOffset;
    private final long orderedAt;
    /// The level as one byte, in a place that alignment left free. Two threads may both read it: they write the same.
    private byte level = UNKNOWN;

    private Event(EventId id, Channel channel, long timestamp, Frame frame, int dataOffset, long orderedAt) {
        this.id = id;
        this.channel = channel;
        this.timestamp = timestamp;
        this.frame = frame;
        this.dataOffset = dataOffset;
        this.orderedAt = orderedAt;
    }

    /// Gives the draft its place.
    public static Event of(EventId id, Draft draft) {
        String place = id.toString();
        byte[] head = ("{\"channel\":\"" + draft.channel() + "\",\"id\":\"" + place
                + "\",\"timestamp\":" + draft.timestamp() + ",\"data\":").getBytes(US_ASCII);
        var data = new byte[head.length + draft.data().length + 1];
        System.arraycopy(head, 0, data, 0, head.length);
        System.arraycopy(draft.data(), 0, data, head.length, draft.data().length);
        data[data.length - 1] = '}';
        var frame = Frame.message(place.getBytes(US_ASCII), data);
        int dataOffset = Frame.dataOffset(place.length()) + head.length;
        return new Event(id, draft.channel(), draft.timestamp(), frame, dataOffset, System.nanoTime());
    }

    /// The same event with another object for its channel, an equal one. Then only one of the two stays in memory.
    public Event sharing(Channel same) {
        var copy = new Event(id, same, timestamp, frame, dataOffset, orderedAt);
        copy.level = level;
        return copy;
    }

    public EventId id() {
        return id;
    }

    public Channel channel() {
        return channel;
    }

    /// The time of the entry, in milliseconds since 1970.
    public long timestamp() {
        return timestamp;
    }

    /// The frame: `id:` and `data:`, where the data is `{"channel":..,"id":..,"timestamp":..,"data":..}`.
    public Frame frame() {
        return frame;
    }

    /// The offset in the frame at which the publisher's JSON value begins, in bytes.
    public int dataOffset() {
        return dataOffset;
    }

    /// The time at which this node learned its place, as [System#nanoTime()] counts.
    public long orderedAt() {
        return orderedAt;
    }

    /// The level that the data names. Empty when it names none. It reads the data only at the first call.
    public Optional<Level> level() {
        int known = level;
        if (known == UNKNOWN) {
            var read = LevelReader.read(frame.bytes(), dataOffset, dataEnd());
            known = read == null ? NONE : FIRST + read.ordinal();
            level = (byte) known;
        }
        return LEVELS.get(known);
    }

    /// The offset in the frame at which the publisher's JSON value ends, in bytes.
    public int dataEnd() {
        return frame.length() - Frame.endLength() - 1;
    }

    /// The heap that this event holds, in bytes.
    public int bytes() {
        return OVERHEAD_BYTES + (frame.length() + 7 & ~7);
    }

    /// Events are equal when they share a place and a frame, as the copies of [#sharing(Channel)] do.
    @Override
    public boolean equals(Object other) {
        return other instanceof Event event && id.equals(event.id) && frame.equals(event.frame);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return channel + " " + id;
    }
}
