package com.datashop.gateway.http;

import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Consumer;

/// What a handler answers.
public sealed interface Reply {
    /// The type of an event stream.
    String EVENT_STREAM = "text/event-stream";

    int status();

    /// Headers beside those that every reply has.
    Map<String, String> headers();

    /// A reply whose length is known.
    ///
    /// @param contentType null when there is no body
    record Whole(int status, String contentType, byte[] body, Map<String, String> headers) implements Reply {
        /// Whether all replies of this kind have the one body: what has a tag is a file of the gateway's own.
        boolean isShared() {
            return headers.containsKey("ETag");
        }
    }

    /// A reply that is made while its client reads it, so that the heap holds no more than a piece of it. Its
    /// length is not known before.
    ///
    /// @param source writes it; every write waits for the client
    /// @param release what to do when it is over, however it ends, and even if it could not begin
    record Pieces(String contentType, Map<String, String> headers, Source source, Runnable release) implements Reply {
        @Override
        public int status() {
            return 200;
        }

        /// A JSON document.
        ///
        /// @param holding what the reply holds until it is over
    public static Pieces json(Document document, Holding holding) {
            return new Pieces("application/json", Map.of("Cache-Control", "no-store"), out -> {
                var pieces = new JsonPieces(out);
                document.writeTo(pieces);
                pieces.end();
            }, holding::release);
        }

        /// Writes a JSON document.
        @FunctionalInterface
        public interface Document {
            void writeTo(JsonPieces pieces) throws IOException;
        }

        /// Writes a body.
        @FunctionalInterface
        public interface Source {
            /// @throws IOException when the client has left, or does not read
            void writeTo(OutputStream out) throws IOException;
        }
    }

    /// A reply that goes on until one side ends it.
    ///
    /// @param source writes the stream, on a thread of its own, and returns when it has ended
    /// @param release what to do when it is over, however it ends, and even if it could not begin
    record Stream(Map<String, String> headers, Consumer<OutputStream> source, Runnable release) implements Reply {
        @Override
        public int status() {
            return 200;
        }
    }

    /// A JSON document.
    public static Whole json(int status, JsonWriter body) {
        return json(status, body, Map.of());
    }

    /// A JSON document, with further headers. It is the caller's own: nobody on the way may keep it.
    public static Whole json(int status, JsonWriter body, Map<String, String> headers) {
        var all = new java.util.LinkedHashMap<>(headers);
        all.put("Cache-Control", "no-store");
        return new Whole(status, "application/json", body.toBytes(), all);
    }

    /// No content.
    static Whole empty(Map<String, String> headers) {
        return new Whole(204, null, new byte[0], headers);
    }

    /// What the client has is still right (RFC 9110, 15.4.5).
    static Whole notModified(Map<String, String> headers) {
        return new Whole(304, null, new byte[0], headers);
    }
}
