package com.datashop.gateway.ingest.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.ingest.protobuf.ProtobufReader;

/// The bytes of the key and the value of a `KeyValue`.
final class ProtobufPair {
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int STRING = 1;

    private final byte[] body;
    private final ProtobufReader in;
    int keyFrom;
    int keyTo;
    int valueFrom;
    int valueTo;

    ProtobufPair(byte[] body) {
        this.body = body;
        in = new ProtobufReader(body);
    }

    /// Reads the pair in these bytes.
    void read(int from, int to) throws ProtobufException {
        keyFrom = 0;
        keyTo = 0;
        valueFrom = 0;
        valueTo = 0;
        in.set(body, from, to);
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == KEY) {
                keyFrom = in.from();
                keyTo = in.to();
            } else if (field == VALUE) {
                valueFrom = in.from();
                valueTo = in.to();
            }
        }
    }

    /// The value as text when it is a string or a whole number; else null.
    String text() throws ProtobufException {
        String text = null;
        in.set(body, valueFrom, valueTo);
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == STRING) text = new String(body, in.from(), in.to() - in.from(), UTF_8);
            else if (field == 3) text = Long.toString(in.varint());
        }
        return text;
    }
}
