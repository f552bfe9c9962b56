package com.datashop.gateway.json;

/// A JSON value (RFC 8259, 3) as an immutable tree. Its `toString()` is its compact JSON text.
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    /// The deepest nesting that [#parse(byte[])] reads. An array or object without another inside counts as 1.
    ///
    /// RFC 8259, 9 lets a parser set a limit. This one keeps a hostile body from growing the stack.
    int MAX_DEPTH = 512;

    /// Reads the one value in `utf8`. Only white space may stand around it.
    ///
    /// It is stricter than the grammar in two ways. It refuses nesting deeper than [#MAX_DEPTH]. It also refuses a name
    /// that an object has twice, because readers disagree on which of the two counts (RFC 8259, 4).
    ///
    /// @throws JsonException when it is not JSON, or is refused as above; the message says where
    static JsonValue parse(byte[] utf8) throws JsonException {
        return TreeReader.read(new JsonScanner(utf8));
    }

    /// Reads the one value in `text`, as [#parse(byte[])] does.
    ///
    /// @throws JsonException also for an unpaired surrogate in `text`, which has no UTF-8 form; an escaped one is
    /// allowed
    static JsonValue parse(String text) throws JsonException {
        return parse(Utf8.encoded(text));
    }

    /// Writes this value to `out` without white space.
    void writeTo(JsonWriter out);
}
