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
import com.datashop.gateway.json.Utf8;
import java.util.Arrays;

/// Reads one body into records.
///
/// A bad line ends with the line, so the following lines can be taken. The end of a bad value that is not on a line of
/// its own is unknown, so it refuses the whole body.
final class RecordsReader {
    private final byte[] body;
    private final RecordCollector records;
    private final JsonWriter text = new JsonWriter();

    RecordsReader(byte[] body, RecordCollector records) {
        this.body = body;
        this.records = records;
    }

    /// @return whether the body was one value by itself, which has an answer of its own
    /// @throws Declined when the body has another form
    boolean read(Form form) throws Declined {
        return switch (form) {
            case JSON -> readValues();
            case LINES -> readLines("not JSON: ", this::jsonLine);
            case TEXT -> readLines("", this::textLine);
            case UNSAID -> isJson() ? readValues() : readLines("", this::anyLine);
        };
    }

    private boolean readValues() throws Declined {
        var in = new JsonScanner(body, Utf8.start(body, 0, body.length), body.length);
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

    /// Whether nothing follows the array. A broken array counts as alone: the reader of its elements reports the error.
    private boolean isAlone(int from) {
        var in = new JsonScanner(body, from, body.length);
        try {
            in.skip(JsonValue.MAX_DEPTH + 1);
            return in.peek() == Kind.END;
        } catch (JsonException broken) {
            return true;
        }
    }

    /// Whether the whole body is JSON values.
    private boolean isJson() {
        var in = new JsonScanner(body, Utf8.start(body, 0, body.length), body.length);
        try {
            while (in.peek() != Kind.END) in.skip(JsonValue.MAX_DEPTH + 1);
            return true;
        } catch (JsonException text) {
            return false;
        }
    }

    /// Adds the record on a line.
    private interface Line {
        void add(int from, int to) throws JsonException, Declined;
    }

    /// Reads each line that is not blank. A line ends with LF or CR LF.
    ///
    /// When files were joined, a byte order mark may stand in the middle of the body.
    private boolean readLines(String refusal, Line line) throws Declined {
        int number = 1;
        for (int from = 0, to; from < body.length; from = to + 1, number++) {
            to = from;
            while (to < body.length && body[to] != '\n') to++;
            int end = to > from && body[to - 1] == '\r' ? to - 1 : to;
            int start = Utf8.start(body, from, body.length);
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

    /// Reads a JSON value from a copy of the line.
    ///
    /// An error counts its position from the start of the array. Without the copy, many bad lines would take time in
    /// proportion to the square of the body's length.
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

    /// Reads a line of a body whose form is unknown. An object is a record, and any other line is text, as with
    /// `publish`.
    private void anyLine(int from, int to) throws JsonException, Declined {
        if (body[from] == '{') {
            var in = new JsonScanner(Arrays.copyOfRange(body, from, to));
            try {
                var record = JsonRecord.read(in);
                in.end();
                add(record);
                return;
            } catch (JsonException noJson) {
                // It is a line of text that begins with a brace.
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

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++)
            if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r' && body[i] != '\f') return false;
        return true;
    }
}
