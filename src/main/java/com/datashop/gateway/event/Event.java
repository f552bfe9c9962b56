package com.datashop.gateway.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.sse.Frame;

/// A log entry in its place in the log, encoded once: its frame is what history holds and what every subscriber is sent.
///
/// @param timestamp milliseconds since 1970
/// @param frame `id:` and `data:`, the data being `{"channel":..,"id":..,"timestamp":..,"data":..}`
/// @param dataOffset where in the frame the publisher's JSON value begins, in bytes
/// @param orderedAt when this node got to know its place, by [System#nanoTime()]
public record Event(EventId id, Channel channel, long timestamp, Frame frame, int dataOffset, long orderedAt) {
    /// What an event on this node's heap costs beside the bytes of its frame: this record (48), its id (32), its frame's object (16)
    /// and array head (16), as the 64-bit JVM with compressed pointers lays them out.
    public static final int OVERHEAD_BYTES = 112;

    /// Gives the draft its place.
    public static Event of(EventId id, Draft draft) {
        String place = id.toString();
        byte[] head = ("{\"channel\":\"" + draft.channel() + "\",\"id\":\"" + place + "\",\"timestamp\":" + draft.timestamp() + ",\"data\":")
                .getBytes(US_ASCII);
        var data = new byte[head.length + draft.data().length + 1];
        System.arraycopy(head, 0, data, 0, head.length);
        System.arraycopy(draft.data(), 0, data, head.length, draft.data().length);
        data[data.length - 1] = '}';
        var frame = Frame.message(place.getBytes(US_ASCII), data);
        return new Event(id, draft.channel(), draft.timestamp(), frame, Frame.dataOffset(place.length()) + head.length, System.nanoTime());
    }

    /// The same event, holding on to `same` in place of an equal channel of its own.
    public Event sharing(Channel same) {
        return new Event(id, same, timestamp, frame, dataOffset, orderedAt);
    }

    /// Where in the frame the publisher's JSON value ends, in bytes.
    public int dataEnd() {
        return frame.length() - Frame.endLength() - 1;
    }

    /// The heap this event holds, in bytes.
    public int bytes() {
        return OVERHEAD_BYTES + (frame.length() + 7 & ~7);
    }
}
