package com.datashop.gateway.ingest.records;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.JsonRecord;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import java.util.Arrays;

/// Reads one body into records.
///
/// A bad line ends with the line, so the lines behind it can be taken. Where a bad value among values that stand one
/// behind the other ends can not be known: it refuses them all.
final class RecordsReader {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final byte[] body;
    private final RecordCollector records;
    private final JsonWriter text = new JsonWriter();

    RecordsReader(byte[] body, RecordCollector records) {
        this.body = body;
        this.records = records;
    }

    /// @return whether the body was one value by itself, which has an answer of its own
    /// @throws Declined when it is not what it has to be
    boolean read(Form form) throws Declined {
        return switch (form) {
            case JSON -> readValues();
            case LINES -> readLines("not JSON: ", this::jsonLine);
            case TEXT -> readLines("", this::textLine);
            case UNSAID -> isJson() ? readValues() : readLines("", this::anyLine);
        };
    }

    private boolean readValues() throws Declined {
        var in = new JsonScanner(body, start(0), body.length);
        try {
            if (in.peek() == Kind.ARRAY && isAlone(in.position())) {
                in.beginArray();
                while (in.nextElement()) add(in);
                in.end();
                return false;
            }
            while (in.peek() != Kind.END) add(in);
            return records.count() == 1;
        } catch (JsonException invalid) {
            throw notJson(invalid).at(records.count());
        }
    }

    /// Whether nothing follows the array. One that is broken counts as alone: who reads its elements finds the place.
    private boolean isAlone(int from) {
        var in = new JsonScanner(body, from, body.length);
        try {
            in.skip(JsonValue.MAX_DEPTH + 1);
            return in.peek() == Kind.END;
        } catch (JsonException broken) {
            return true;
        }
    }

    /// Whether all of the body is JSON values.
    private boolean isJson() {
        var in = new JsonScanner(body, start(0), body.length);
        try {
            while (in.peek() != Kind.END) in.skip(JsonValue.MAX_DEPTH + 1);
            return true;
        } catch (JsonException text) {
            return false;
        }
    }

    /// Adds what stands on a line.
    private interface Line {
        void add(int from, int to) throws JsonException, Declined;
    }

    /// A line ends with LF, or CR LF, and a blank one is none. Joined files have a byte order mark within the body.
    private boolean readLines(String refusal, Line line) throws Declined {
        int number = 1;
        for (int from = 0, to; from < body.length; from = to + 1, number++) {
            to = from;
            while (to < body.length && body[to] != '\n') to++;
            int end = to > from && body[to - 1] == '\r' ? to - 1 : to;
            int start = start(from);
            if (isBlank(start, end)) continue;
            try {
                line.add(start, end);
            } catch (JsonException invalid) {
                records.reject(new Declined(Reason.BAD_BODY, refusal + invalid.what() + " at line " + number
                        + " column "
                        + invalid.column()));
            }
        }
        return false;
    }

    /// The line is copied, because an error counts its place from the start of the array: with many bad lines that
    /// would take the square of the body's length.
    private void jsonLine(int from, int to) throws JsonException, Declined {
        var in = new JsonScanner(Arrays.copyOfRange(body, from, to));
        var record = JsonRecord.read(in);
        in.end();
        add(record);
    }

    private void textLine(int from, int to) throws JsonException, Declined {
        byte[] data = text.reset().text(body, from, to).toBytes();
        try {
            records.add(records.channel(null, null, null), records.now(), data, to - from);
        } catch (Declined refused) {
            records.reject(refused);
        }
    }

    /// An object is a record, and any other line is text, as with the command `publish`.
    private void anyLine(int from, int to) throws JsonException, Declined {
        if (body[from] == '{') {
            var in = new JsonScanner(Arrays.copyOfRange(body, from, to));
            try {
                var record = JsonRecord.read(in);
                in.end();
                add(record);
                return;
            } catch (JsonException noJson) {
                // a line of text that begins with a brace
            }
        }
        textLine(from, to);
    }

    private void add(JsonScanner in) throws JsonException, Declined {
        add(JsonRecord.read(in));
    }

    private void add(JsonRecord record) throws Declined {
        try {
            var channel = records.channel(record.service(), record.workspace(), record.resource());
            records.add(channel, record.time().orElse(records.now()), record.data());
        } catch (Declined refused) {
            records.reject(refused);
        }
    }

    private static Declined notJson(JsonException invalid) {
        return new Declined(Reason.BAD_BODY, "not JSON: " + invalid.getMessage());
    }

    /// Where the text begins: behind a byte order mark, as [com.datashop.gateway.ingest.entries.Entries] has it.
    private int start(int from) {
        int end = from + BYTE_ORDER_MARK.length;
        if (end > body.length) return from;
        return Arrays.equals(body, from, end, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length) ? end : from;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++)
            if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r' && body[i] != '\f') return false;
        return true;
    }
}
