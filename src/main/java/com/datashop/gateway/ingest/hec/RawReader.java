package com.datashop.gateway.ingest.hec;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.json.Utf8;

/// Reads raw data. Each line is an event.
final class RawReader {
    private final byte[] body;
    private final RecordCollector records;
    private final HecDefaults defaults;
    private final JsonWriter out = new JsonWriter();

    RawReader(byte[] body, RecordCollector records, HecDefaults defaults) {
        this.body = body;
        this.records = records;
        this.defaults = defaults;
    }

    /// @throws JsonException when a line is not UTF-8
    void read() throws JsonException, Declined {
        for (int from = Utf8.start(body, 0, body.length), to; from < body.length; from = to + 1) {
            to = from;
            while (to < body.length && body[to] != '\n') to++;
            int end = to > from && body[to - 1] == '\r' ? to - 1 : to;
            if (end > from) add(from, end);
        }
    }

    private void add(int from, int to) throws JsonException, Declined {
        out.reset().beginObject().name("message").text(body, from, to);
        for (int i = 0; i < HecDefaults.NAMES.size(); i++)
            if (defaults.values()[i] != null) out.name(HecDefaults.NAMES.get(i)).raw(defaults.values()[i]);
        byte[] data = out.endObject().toBytes();
        try {
            records.add(records.channel(null, null, null), records.now(), data);
        } catch (Declined refused) {
            records.reject(refused);
        }
    }
}
