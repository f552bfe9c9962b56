package com.datashop.gateway.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.hub.Gap;
import com.datashop.gateway.hub.PastPage;
import com.datashop.gateway.hub.PastSink;
import com.datashop.gateway.json.JsonWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Writes a page of the past while it is read.
sealed abstract class PageWriter implements PastSink {
    /// The bytes that are collected before they are sent. A larger piece is sent in slices.
    private static final int BUFFER = 3200;

    private final BufferedOutputStream out;

    private PageWriter(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER);
    }

    /// Writes the part that follows the events, once the page was read.
    abstract void end(PastPage page) throws IOException;

    @Override
    public void piece(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    void text(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }

    private static void write(JsonWriter json, Told gap) {
        json.beginObject().member("reason", gap.reason.wireName()).name("lost");
        if (gap.lost < 0) json.nullValue();
        else json.value(gap.lost);
        json.member("from", gap.from == null ? null : gap.from.toString()).member("to", gap.to.toString()).endObject();
    }

    /// A gap, as the client gets it.
    ///
    /// @param lost the number of lost events; negative when it is unknown
    private record Told(Gap reason, EventId from, EventId to, long lost) {
        /// Joins two gaps to one.
        Told joined(Told next) {
            return new Told(reason, from, next.to, lost < 0 || next.lost < 0 ? -1 : lost + next.lost);
        }
    }

    /// One JSON document. The gaps follow the events, because they are known only when the page was read.
    static final class Json extends PageWriter {
        /// The most gaps that a page holds until its end. Further gaps are joined to the last one.
        private static final int MAX_GAPS = 1000;

        private final List<ChannelPattern> denied;
        private final ArrayList<Told> gaps = new ArrayList<>();
        private boolean begun;

        Json(OutputStream out, List<ChannelPattern> denied) {
            super(out);
            this.denied = denied;
        }

        @Override
        public void beginEvent() throws IOException {
            text(begun ? "," : "{\"events\":[");
            begun = true;
        }

        @Override
        public void endEvent() { }

        @Override
        public void gap(Gap reason, EventId from, EventId to, long lost) {
            var gap = new Told(reason, from, to, lost);
            if (gaps.size() == MAX_GAPS) gap = gaps.removeLast().joined(gap);
            gaps.add(gap);
        }

        @Override
        void end(PastPage page) throws IOException {
            if (!begun) text("{\"events\":[");
            var rest = new JsonWriter().beginObject().name("gaps").beginArray();
            for (var gap : gaps) write(rest, gap);
            rest.endArray().member("from", page.from().toString()).member("to", page.to().toString())
                    .member("more", page.more());
            if (!denied.isEmpty()) {
                rest.name("denied").beginArray();
                for (var pattern : denied) rest.value(pattern.text());
                rest.endArray();
            }
            text("]," + rest.endObject().toString().substring(1));
            flush();
        }
    }

    /// NDJSON: a line for each envelope and each gap.
    static final class Ndjson extends PageWriter {
        Ndjson(OutputStream out) {
            super(out);
        }

        @Override
        public void beginEvent() { }

        @Override
        public void endEvent() throws IOException {
            text("\n");
        }

        @Override
        public void gap(Gap reason, EventId from, EventId to, long lost) throws IOException {
            var line = new JsonWriter().beginObject().name("gap");
            write(line, new Told(reason, from, to, lost));
            text(line.endObject() + "\n");
        }

        @Override
        void end(PastPage page) throws IOException {
            flush();
        }
    }
}
