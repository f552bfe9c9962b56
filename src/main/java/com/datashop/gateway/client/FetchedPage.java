package com.datashop.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A page of the past, the answer of `GET /api/logs/events`.
///
/// @param events the envelopes as JSON text, so that their data stays the same byte for byte
/// @param from the place from which the page has everything
/// @param to the place up to which it has everything
/// @param more whether there is more to look at
record FetchedPage(List<String> events, List<JsonObject> gaps, String from, String to, boolean more) {
    /// The depth of an event in the page: the data, and the envelope around it.
    private static final int DEPTH = JsonValue.MAX_DEPTH + 1;

    /// Reads a page.
    ///
    /// @throws IOException when the body is not a page
    static FetchedPage parse(String body) throws IOException {
        var events = new ArrayList<String>();
        var gaps = new ArrayList<JsonObject>();
        String from = null;
        String to = null;
        boolean more = false;
        var in = new JsonScanner(body.getBytes(UTF_8));
        try {
            in.beginObject();
            for (var name = in.nextName(); name != null; name = in.nextName()) {
                switch (name) {
                    case "events" -> {
                        in.beginArray();
                        while (in.nextElement()) events.add(new String(in.compact(DEPTH), UTF_8));
                    }
                    case "gaps" -> {
                        in.beginArray();
                        while (in.nextElement()) if (JsonValue.parse(in.compact(DEPTH)) instanceof JsonObject gap)
                            gaps.add(gap);
                    }
                    case "from" -> from = in.string();
                    case "to" -> to = in.string();
                    case "more" -> {
                        more = in.peek() == JsonScanner.Kind.TRUE;
                        in.skip(0);
                    }
                    default -> in.skip(DEPTH);
                }
            }
            in.end();
        } catch (JsonException invalid) {
            throw new IOException("the page can not be read: " + invalid.getMessage(), invalid);
        }
        if (from == null || to == null) throw new IOException("the page has no from or no to");
        return new FetchedPage(List.copyOf(events), List.copyOf(gaps), from, to, more);
    }

    /// The place right before its first event. The page has at least one.
    String beforeFirst() throws IOException {
        try {
            if (JsonValue.parse(idOf(events.getFirst())) instanceof com.datashop.gateway.json.JsonString(var id)) {
                var place = EventId.parse(id);
                if (place.isPresent()) return place.get().previous().toString();
            }
        } catch (JsonException invalid) {
            // Refused below.
        }
        throw new IOException("the page has an event without an id");
    }

    private static byte[] idOf(String envelope) throws JsonException {
        var in = new JsonScanner(envelope.getBytes(UTF_8));
        in.beginObject();
        for (var name = in.nextName(); name != null; name = in.nextName()) {
            if (name.equals("id")) return in.compact(0);
            in.skip(DEPTH);
        }
        return new byte[0];
    }
}
