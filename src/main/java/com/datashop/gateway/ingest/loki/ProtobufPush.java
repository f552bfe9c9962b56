package com.datashop.gateway.ingest.loki;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.ingest.protobuf.ProtobufReader;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a push in protobuf (grafana/loki, pkg/push/push.proto):
///
/// ```
/// PushRequest { streams = 1: { labels = 1 (text), entries = 2: {
///     timestamp = 1: { seconds = 1, nanos = 2 }, line = 2, structuredMetadata = 3: { name = 1, value = 2 } } } }
/// ```
final class ProtobufPush {
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final byte[] body;
    private final Lines lines;

    ProtobufPush(byte[] body, Lines lines) {
        this.body = body;
        this.lines = lines;
    }

    /// @throws Declined when the body is not such a push
    void read() throws Declined {
        try {
            var push = new ProtobufReader(body);
            for (int field = push.next(); field != 0; field = push.next())
                if (field == 1) stream(push.from(), push.to());
        } catch (ProtobufException invalid) {
            throw new Declined(Reason.BAD_BODY, "not protobuf: " + invalid.getMessage());
        }
    }

    /// Reads one stream. The labels may follow the entries, so it looks for them first.
    private void stream(int from, int to) throws ProtobufException, Declined {
        String labels = "{}";
        var stream = new ProtobufReader(body, from, to);
        for (int field = stream.next(); field != 0; field = stream.next()) if (field == 1) labels = stream.text();
        lines.stream(LokiLabels.read(labels));
        stream.set(body, from, to);
        for (int field = stream.next(); field != 0; field = stream.next()) if (field == 2) entry(stream.message());
    }

    private void entry(ProtobufReader entry) throws ProtobufException, Declined {
        long nanoseconds = 0;
        String line = "";
        Map<String, String> metadata = Map.of();
        for (int field = entry.next(); field != 0; field = entry.next()) {
            switch (field) {
                case 1 -> nanoseconds = nanoseconds(entry.message());
                case 2 -> line = entry.text();
                case 3 -> {
                    if (metadata.isEmpty()) metadata = new LinkedHashMap<>();
                    pair(entry.message(), metadata);
                }
                default -> { }
            }
        }
        lines.add(nanoseconds, line, metadata);
    }

    private long nanoseconds(ProtobufReader timestamp) throws ProtobufException, Declined {
        long seconds = 0;
        long nanos = 0;
        for (int field = timestamp.next(); field != 0; field = timestamp.next()) {
            if (field == 1) seconds = timestamp.varint();
            else if (field == 2) nanos = timestamp.varint();
        }
        try {
            return Math.addExact(Math.multiplyExact(seconds, NANOS_A_SECOND), nanos);
        } catch (ArithmeticException beyond) {
            throw lines.bad("the time is before 1990 or after 2200");
        }
    }

    private static void pair(ProtobufReader pair, Map<String, String> to) throws ProtobufException {
        String name = "";
        String value = "";
        for (int field = pair.next(); field != 0; field = pair.next()) {
            if (field == 1) name = pair.text();
            else if (field == 2) value = pair.text();
        }
        to.put(name, value);
    }
}
