package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/// A publish request that is made once and sent many times: only the stamps in it change, in place.
final class Publication {
    private final byte[] bytes;
    private final int[] marks;
    private final int[] lanes;
    private final int events;

    /// @param request the whole request; in it [Stamp#BLANK] stands once for each event
    /// @param lanes the events' lanes, in the order of their stamps
    Publication(String request, int... lanes) {
        bytes = request.getBytes(US_ASCII);
        marks = new int[lanes.length];
        this.lanes = lanes;
        events = lanes.length;
        int found = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != Stamp.MARK) continue;
            if (found < marks.length) marks[found] = i;
            found++;
        }
        if (found != lanes.length)
            throw new IllegalArgumentException(found + " stamps for " + lanes.length + " lanes: " + request);
    }

    private Publication(byte[] request, int events) {
        bytes = request;
        marks = new int[0];
        lanes = new int[0];
        this.events = events;
    }

    /// A request that is always the same: nobody follows its events.
    static Publication plain(byte[] request, int events) {
        return new Publication(request, events);
    }

    int events() {
        return events;
    }

    /// Gives its events their next numbers; the bytes to send.
    ///
    /// @param due when they should leave
    ByteBuffer stamped(Published published, long due) {
        for (int i = 0; i < marks.length; i++) Stamp.write(bytes, marks[i], lanes[i], published.next(lanes[i]), due);
        return ByteBuffer.wrap(bytes);
    }

    /// A POST of JSON, or whatever type it is.
    static String post(String path, String type, String headers, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\n" + headers
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /// A log line of so many bytes, with a blank stamp at its end: whoever has read that far has all of it.
    static String data(int bytes) {
        var before = "{\"level\":\"INFO\",\"message\":\"";
        var after = "\",\"stamp\":\"" + Stamp.BLANK + "\"}";
        int filling = Math.max(0, bytes - before.length() - after.length());
        var words = "rows loaded from the table orders into the warehouse without a warning; ";
        return before + words.repeat(filling / words.length() + 1).substring(0, filling) + after;
    }
}
