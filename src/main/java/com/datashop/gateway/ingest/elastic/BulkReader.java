package com.datashop.gateway.ingest.elastic;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.Utf8;
import java.util.Arrays;
import java.util.Optional;

/// Steps through the pairs of lines of a bulk request: an action, and the document for it.
///
/// After a malformed action nobody can tell what the following lines mean. So it refuses the whole request, as
/// Elasticsearch does. This class does not look into documents.
final class BulkReader {
    /// The actions that a client may ask for.
    enum Action {
        CREATE, INDEX, UPDATE, DELETE;

        /// The name in requests and answers.
        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        private static Optional<Action> of(String label) {
            return Arrays.stream(values()).filter(action -> action.label().equals(label)).findFirst();
        }
    }

    /// One action.
    ///
    /// @param index the index that it names; null when it names none
    /// @param id the document's id; null when Elasticsearch would make one
    /// @param from where its document begins
    /// @param to where its document ends; the same as `from` when it has none
    /// @param line the number of the document's line, from 1
    record Item(Action action, String index, String id, int from, int to, int line) { }

    /// The longest name of an index, in characters. Elasticsearch counts bytes.
    static final int LONGEST_INDEX = 255;
    private static final int LONGEST_ID = 512;

    private final byte[] body;
    private int at;
    private int line;

    BulkReader(byte[] body) {
        this.body = body;
        at = Utf8.start(body, 0, body.length);
    }

    /// The next action; null at the end.
    ///
    /// @throws Declined when it is malformed, or the body ends before its document
    Item next() throws Declined {
        int from = at;
        int to = from;
        boolean blank = true;
        while (blank) {
            if (at >= body.length) return null;
            from = at;
            to = lineEnd();
            blank = isBlank(from, to);
        }
        try {
            // Copied, so that an error counts from there.
            return item(new JsonScanner(Arrays.copyOfRange(body, from, to)));
        } catch (JsonException invalid) {
            throw malformed(invalid.what() + " at column " + invalid.column());
        }
    }

    private Item item(JsonScanner in) throws JsonException, Declined {
        if (in.peek() != Kind.OBJECT) throw malformed("it must be an object");
        in.beginObject();
        var name = in.nextName();
        if (name == null) throw malformed("it names no action");
        var action = Action.of(name).orElseThrow(() -> malformed("it must be create, index, update or delete"));
        if (in.peek() != Kind.OBJECT) throw malformed(name + " must be an object");
        String index = null;
        String id = null;
        in.beginObject();
        for (var member = in.nextName(); member != null; member = in.nextName()) {
            switch (member) {
                case "_index" -> index = text(in, member, LONGEST_INDEX);
                case "_id" -> id = text(in, member, LONGEST_ID);
                default -> in.skip(JsonValue.MAX_DEPTH);
            }
        }
        if (in.nextName() != null) throw malformed("it names more than one action");
        in.end();
        if (action == Action.DELETE) return new Item(action, index, id, at, at, line);
        if (at >= body.length) throw malformed("its document is missing");
        int from = at;
        return new Item(action, index, id, from, lineEnd(), line);
    }

    /// Reads a string. Elasticsearch takes a number for one too.
    private String text(JsonScanner in, String name, int longest) throws JsonException, Declined {
        String text = switch (in.peek()) {
            case STRING -> in.string();
            case NUMBER -> in.number();
            case NULL -> {
                in.skip(0);
                yield null;
            }
            case OBJECT, ARRAY, TRUE, FALSE, END -> throw malformed(name + " must be a string");
        };
        if (text != null && text.length() > longest)
            throw malformed(name + " is longer than " + longest + " characters");
        return text;
    }

    /// Passes over a line. It ends with LF or CR LF, or with the body.
    ///
    /// @return where its text ends
    private int lineEnd() {
        int from = at;
        while (at < body.length && body[at] != '\n') at++;
        int to = at++;
        line++;
        return to > from && body[to - 1] == '\r' ? to - 1 : to;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) if (body[i] != ' ' && body[i] != '\t') return false;
        return true;
    }

    private Declined malformed(String why) {
        return new Declined(Reason.BAD_BODY, "Malformed action/metadata line [" + line + "]: " + why);
    }
}
