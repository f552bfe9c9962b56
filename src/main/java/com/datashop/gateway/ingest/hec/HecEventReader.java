package com.datashop.gateway.ingest.hec;

import com.datashop.gateway.event.InvalidTimeException;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.JsonRecord;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNames;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.json.Utf8;
import java.util.ArrayList;
import java.util.List;

/// Reads events that follow one another, each an object with the member `event` and others beside it.
///
/// If `event` is an object, its members stay unchanged. The members beside it are added, unless the event has a member
/// of that name.
final class HecEventReader {
    private static final String FIELDS = "fields";
    private static final JsonNames MEMBERS = new JsonNames(members());
    private static final int BESIDE = HecDefaults.NAMES.size();
    private static final int FIELDS_AT = BESIDE;
    private static final int EVENT_AT = BESIDE + 1;
    private static final int TIME_AT = BESIDE + 2;

    private final byte[] body;
    private final RecordCollector records;
    private final HecDefaults defaults;
    private final JsonWriter out = new JsonWriter();
    /// The members beside the current event, and `fields`; null where there is none.
    private final byte[][] beside = new byte[BESIDE + 1][];
    private byte[] event;
    private long time;

    HecEventReader(byte[] body, RecordCollector records, HecDefaults defaults) {
        this.body = body;
        this.records = records;
        this.defaults = defaults;
    }

    private static List<String> members() {
        var members = new ArrayList<>(HecDefaults.NAMES);
        members.addAll(List.of(FIELDS, "event", "time"));
        return members;
    }

    /// @throws JsonException when it is not JSON
    void read() throws JsonException, Declined {
        var in = new JsonScanner(body, Utf8.start(body, 0, body.length), body.length);
        while (in.peek() != Kind.END) {
            if (in.peek() == Kind.ARRAY) { // Some senders put a batch into an array.
                in.beginArray();
                while (in.nextElement()) readOne(in);
            } else {
                readOne(in);
            }
        }
    }

    private void readOne(JsonScanner in) throws JsonException, Declined {
        try {
            if (in.peek() != Kind.OBJECT) throw refused("an event must be an object with the member event");
            readMembers(in);
            add();
        } catch (Declined refused) {
            records.reject(refused);
        }
    }

    private void readMembers(JsonScanner in) throws JsonException, Declined {
        System.arraycopy(defaults.values(), 0, beside, 0, BESIDE);
        beside[FIELDS_AT] = null;
        event = null;
        time = records.now();
        in.beginObject();
        for (int name = in.nextName(MEMBERS); name != JsonNames.END; name = in.nextName(MEMBERS)) {
            if (name == JsonNames.OTHER || in.peek() == Kind.NULL) in.skip(JsonValue.MAX_DEPTH);
            else if (name == EVENT_AT) event = in.compact(JsonValue.MAX_DEPTH - 1);
            else if (name == TIME_AT) time = time(in);
            else beside[name] = beside(in, name);
        }
    }

    private static byte[] beside(JsonScanner in, int name) throws JsonException, Declined {
        boolean object = in.peek() == Kind.OBJECT;
        if (name == FIELDS_AT && !object) throw refused("fields must be an object");
        return in.compact(JsonValue.MAX_DEPTH - 1);
    }

    private static long time(JsonScanner in) throws JsonException, Declined {
        try {
            if (in.peek() == Kind.NUMBER) return Timestamps.ofNumber(in.number());
            if (in.peek() != Kind.STRING) throw refused("time must be a number");
            String text = in.string();
            boolean date = text.length() > 4 && text.charAt(4) == '-';
            return date ? Timestamps.ofText(text) : Timestamps.ofNumber(text);
        } catch (InvalidTimeException invalid) {
            throw refused("time " + invalid.getMessage());
        }
    }

    private void add() throws JsonException, Declined {
        if (event == null) throw refused("event is missing");
        if (event.length == 2 && event[0] == '"') throw refused("event is blank");
        var own = JsonRecord.of(event);
        var also = beside[FIELDS_AT] == null ? own : JsonRecord.of(beside[FIELDS_AT]);
        var channel = records.channel(either(own.service(), also.service()), either(own.workspace(), also.workspace()),
                either(own.resource(), also.resource()));
        records.add(channel, time, data());
    }

    private static String either(String first, String second) {
        return first != null ? first : second;
    }

    private byte[] data() throws JsonException {
        out.reset().beginObject();
        int taken = 0;
        if (event[0] == '{') {
            if (event.length > 2) out.raw(event, 1, event.length - 1); // The members without the braces.
            taken = namesOf(event);
        } else {
            out.name("message").raw(event);
        }
        for (int i = 0; i < beside.length; i++) {
            if (beside[i] == null || (taken >> i & 1) == 1) continue;
            out.name(i == FIELDS_AT ? FIELDS : HecDefaults.NAMES.get(i)).raw(beside[i]);
        }
        return out.endObject().toBytes();
    }

    /// A bit for each name beside an event that is also a member of the event.
    private static int namesOf(byte[] event) throws JsonException {
        int names = 0;
        var in = new JsonScanner(event);
        in.beginObject();
        for (int name = in.nextName(MEMBERS); name != JsonNames.END; name = in.nextName(MEMBERS)) {
            if (name >= 0) names |= 1 << name;
            in.skip(JsonValue.MAX_DEPTH);
        }
        return names;
    }

    private static Declined refused(String detail) {
        return new Declined(Reason.BAD_BODY, detail);
    }
}
