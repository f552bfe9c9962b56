package com.datashop.gateway.json;

/// A JSON value (RFC 8259, 3) as an immutable tree; its `toString()` is its compact JSON text.
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    /// How many arrays and objects may enclose each other, the innermost included, in what [#parse(byte[])] reads (RFC 8259, 9
    /// lets a parser set a limit): it keeps a hostile body from growing the stack.
    int MAX_DEPTH = 512;

    /// The one value in `utf8`, with nothing but white space around it.
    ///
    /// Stricter than the grammar in two ways: nesting deeper than [#MAX_DEPTH] and a name given twice in one object are
    /// refused, the latter because readers disagree on which of the two counts (RFC 8259, 4).
    ///
    /// @throws JsonException when it is not JSON, or is refused as above; it says where
    static JsonValue parse(byte[] utf8) throws JsonException {
        return TreeReader.read(new JsonScanner(utf8));
    }

    /// The one value in `text`, as [#parse(byte[])] reads it.
    ///
    /// @throws JsonException also for an unpaired surrogate in `text`, which has no UTF-8 form (an escaped one is allowed)
    static JsonValue parse(String text) throws JsonException {
        return parse(Utf8.encoded(text));
    }

    /// Writes this value where `out` stands, without white space.
    void writeTo(JsonWriter out);
}
