package com.datashop.gateway.ingest.entries;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.Rejections;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.Utf8;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads a body into entries and checks each one.
///
/// The first bad entry refuses the whole body. With `partial` only the bad entries are left out. Nothing is taken from
/// an array that is not JSON, because nobody knows where its next entry begins. A bad line ends where the line ends.
public final class Entries {
    /// The form of the body.
    public enum Form {
        /// One object, or an array of them.
        JSON,
        /// One object on each line.
        LINES
    }

    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private final Intake intake;
    private final Grant publisher;
    private final EntryDefaults defaults;
    private final long now;
    private final List<Draft> drafts = new ArrayList<>();
    /// Null when a bad entry refuses the whole body.
    private final Rejections rejections;
    private final LastChannel channels = new LastChannel();
    /// The channel that was allowed last.
    private Channel allowed;
    private boolean single;

    /// @param partial whether the good entries are taken without the bad ones
    /// @param now the time of entries that have none, in milliseconds since 1970
    public Entries(Intake intake, Grant publisher, EntryDefaults defaults, boolean partial, long now) {
        this.intake = intake;
        this.publisher = publisher;
        this.defaults = defaults;
        this.now = now;
        rejections = partial ? new Rejections() : null;
    }

    /// Reads the body. Each object of this class reads one body.
    ///
    /// @throws Declined when the body has another form or no good entry; in a batch the refusal has the entry's index
    public EntryBatch read(byte[] body, Form form) throws Declined {
        try {
            switch (form) {
                case LINES -> readLines(body);
                case JSON -> readDocument(body);
            }
        } catch (JsonException invalid) {
            throw located(notJson(invalid));
        } catch (Declined refused) {
            throw located(refused);
        }
        if (drafts.isEmpty() && rejections != null && rejections.count() > 0) throw noneIsGood(rejections.first());
        if (drafts.isEmpty()) throw new Declined(Reason.BAD_BODY, "the batch is empty");
        return new EntryBatch(single, drafts, Optional.ofNullable(rejections));
    }

    /// Reads a body that is one entry. An empty body counts as `{}`, even with a byte order mark.
    ///
    /// @throws Declined when it is not one entry, or not a good one
    public Draft readOne(byte[] body) throws Declined {
        int from = Utf8.start(body, 0, body.length);
        try {
            if (from == body.length) return entry(new JsonScanner(EMPTY_OBJECT));
            return entry(new JsonScanner(body, from, body.length));
        } catch (JsonException invalid) {
            throw notJson(invalid);
        }
    }

    private void readDocument(byte[] body) throws JsonException, Declined {
        int from = Utf8.start(body, 0, body.length);
        var in = new JsonScanner(body, from, body.length);
        if (firstByte(body, from) == '[') {
            readArray(in, body);
            return;
        }
        single = true;
        try {
            drafts.add(entry(in));
        } catch (JsonException invalid) {
            reject(notJson(invalid));
        } catch (Declined refused) {
            reject(refused);
        }
    }

    private void readArray(JsonScanner in, byte[] body) throws JsonException, Declined {
        in.beginArray();
        while (in.nextElement()) {
            if (rejections == null) drafts.add(checked(in));
            else readElement(in, body);
        }
        in.end();
    }

    /// Finds the end of an element before reading it, so that a bad element does not stop the reading of the next.
    private void readElement(JsonScanner in, byte[] body) throws JsonException, Declined {
        int from = in.position();
        in.skip(JsonValue.MAX_DEPTH);
        try {
            drafts.add(checked(new JsonScanner(body, from, in.position())));
        } catch (Declined refused) {
            reject(refused);
        }
    }

    /// Reads one entry from each line that is not blank. A line ends with LF or CR LF.
    ///
    /// When files were joined, a byte order mark may stand in the middle of the body.
    private void readLines(byte[] body) throws JsonException, Declined {
        int number = 1;
        for (int from = 0, to; from < body.length; from = to + 1, number++) {
            to = from;
            while (to < body.length && body[to] != '\n') to++;
            int start = Utf8.start(body, from, body.length);
            if (rejections == null) readLine(new JsonScanner(body, start, to));
            else readLine(body, start, to, number);
        }
    }

    private void readLine(JsonScanner line) throws JsonException, Declined {
        if (line.peek() != JsonScanner.Kind.END) drafts.add(entry(line));
    }

    /// Reads a copy of a line that may be bad.
    ///
    /// An error counts its position from the start of the array. Without the copy, many bad lines would take time in
    /// proportion to the square of the body's length.
    private void readLine(byte[] body, int from, int to, int number) throws Declined {
        try {
            int end = to > from && body[to - 1] == '\r' ? to - 1 : to;
            readLine(new JsonScanner(Arrays.copyOfRange(body, from, end)));
        } catch (JsonException invalid) {
            reject(new Declined(Reason.BAD_BODY, "not JSON: " + invalid.what() + " at line " + number + " column "
                    + invalid.column()));
        } catch (Declined refused) {
            reject(refused);
        }
    }

    private Draft entry(JsonScanner in) throws JsonException, Declined {
        var draft = checked(in);
        in.end();
        return draft;
    }

    private Draft checked(JsonScanner in) throws JsonException, Declined {
        var draft = EntryReader.read(in, defaults, now, channels);
        if (draft.channel() == allowed) return draft;
        allowed = intake.allowed(publisher, draft).channel();
        return draft;
    }

    private void reject(Declined why) throws Declined {
        if (rejections == null) throw why;
        rejections.add(drafts.size() + rejections.count(), why);
    }

    private Declined noneIsGood(Declined first) {
        return (single ? first : first.at(0)).with(rejections);
    }

    /// Adds the index of the current entry to the refusal, when there may be several entries.
    private Declined located(Declined refused) {
        return single ? refused : refused.at(drafts.size() + (rejections == null ? 0 : rejections.count()));
    }

    private static Declined notJson(JsonException invalid) {
        return new Declined(Reason.BAD_BODY, "not JSON: " + invalid.getMessage());
    }

    /// The first byte that is not white space, or 0.
    private static int firstByte(byte[] body, int from) {
        int at = from;
        while (at < body.length && (body[at] == ' ' || body[at] == '\t' || body[at] == '\n' || body[at] == '\r')) at++;
        return at < body.length ? body[at] : 0;
    }
}
