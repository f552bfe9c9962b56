package com.datashop.gateway.http;

import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Consumer;

/// A handler's answer.
public sealed interface Reply {
    /// The type of an event stream.
    String EVENT_STREAM = "text/event-stream";

    int status();

    /// The headers that this reply adds to those of every reply.
    Map<String, String> headers();

    /// Calls the method of the writer for this kind of reply.
    ///
    /// This is no switch over the kinds, because for such a switch the JVM makes a class at run time. The first reply
    /// would wait for that.
    void writeBy(Writer writer) throws IOException;

    /// Writes each kind of reply.
    interface Writer {
        void whole(Whole reply) throws IOException;

        void pieces(Pieces reply) throws IOException;

        void stream(Stream reply) throws IOException;
    }

    /// A reply whose length is known.
    ///
    /// @param contentType null when there is no body
    record Whole(int status, String contentType, byte[] body, Map<String, String> headers) implements Reply {
        /// Whether many replies share this body. A body with an `ETag` is a file of the gateway's own.
        boolean isShared() {
            return headers.containsKey("ETag");
        }

        @Override
        public void writeBy(Writer writer) throws IOException {
            writer.whole(this);
        }
    }

    /// A reply that is made while its client reads it, so that the heap holds only a piece of it.
    ///
    /// Its length is not known in advance.
    ///
    /// @param source writes the reply; every write waits for the client
    /// @param release runs when the reply is over, even if it broke or could not begin
    record Pieces(String contentType, Map<String, String> headers, Source source, Runnable release) implements Reply {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public void writeBy(Writer writer) throws IOException {
            writer.pieces(this);
        }

        /// A JSON document.
        ///
        /// @param holding the heap that the reply holds until it is over
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
    /// @param release runs when the stream is over, even if it broke or could not begin
    record Stream(Map<String, String> headers, Consumer<OutputStream> source, Runnable release) implements Reply {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public void writeBy(Writer writer) throws IOException {
            writer.stream(this);
        }
    }

    /// A JSON document.
    public static Whole json(int status, JsonWriter body) {
        return json(status, body, Map.of());
    }

    /// A JSON document with further headers. Only its caller may keep it, and no cache on the way.
    public static Whole json(int status, JsonWriter body, Map<String, String> headers) {
        var all = new java.util.LinkedHashMap<>(headers);
        all.put("Cache-Control", "no-store");
        return new Whole(status, "application/json", body.toBytes(), all);
    }

    /// No content.
    static Whole empty(Map<String, String> headers) {
        return new Whole(204, null, new byte[0], headers);
    }

    /// Says that the client's copy is still right (RFC 9110, 15.4.5).
    static Whole notModified(Map<String, String> headers) {
        return new Whole(304, null, new byte[0], headers);
    }
}
