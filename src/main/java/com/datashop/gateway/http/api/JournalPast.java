package com.datashop.gateway.http.api;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.hub.Filter;
import com.datashop.gateway.hub.Gap;
import com.datashop.gateway.hub.Past;
import com.datashop.gateway.hub.PastQuery;
import com.datashop.gateway.hub.PastSink;
import com.datashop.gateway.ingest.journal.NewestCursors;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNames;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.log.LogUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Reads the cursors of a journal's newest entries from the pages of the past, the newest page first.
final class JournalPast implements NewestCursors {
    private static final int PAGE = 10_000;
    /// The most pages that it reads. An entry that is older, and is sent again, is stored twice.
    private static final int PAGES = 10;
    private static final long TIME_NANOS = 5_000_000_000L;
    private static final JsonNames DATA = new JsonNames(List.of("data"));
    private static final JsonNames CURSOR = new JsonNames(List.of("__cursor"));

    private final Past past;

    JournalPast(Past past) {
        this.past = past;
    }

    @Override
    public void of(Channel channel, Consumer<String> cursors) throws LogUnavailableException, InterruptedException {
        var channels = new ChannelSet(List.of(new ChannelPattern(channel.text())));
        long began = System.nanoTime();
        var before = Optional.<EventId>empty();
        for (int pages = 0; pages < PAGES && System.nanoTime() - began < TIME_NANOS; pages++) {
            var page = past.open(new PastQuery(channels, Filter.NONE, OptionalLong.empty(), OptionalLong.empty(),
                    before, Optional.empty(), PAGE, Instant.MAX));
            try {
                page.writeTo(new Sink(cursors));
            } catch (IOException forgotten) {
                throw new LogUnavailableException("the newest entries of the channel can not be read now");
            }
            if (!page.more()) return;
            before = Optional.of(page.from());
        }
    }

    /// Reads the cursor of each event.
    private static final class Sink implements PastSink {
        private final Consumer<String> cursors;
        private final ByteArrayOutputStream envelope = new ByteArrayOutputStream();

        Sink(Consumer<String> cursors) {
            this.cursors = cursors;
        }

        @Override
        public void beginEvent() {
            envelope.reset();
        }

        @Override
        public void piece(byte[] bytes, int from, int length) {
            envelope.write(bytes, from, length);
        }

        @Override
        public void endEvent() {
            try {
                var in = new JsonScanner(envelope.toByteArray());
                if (find(in, DATA) && find(in, CURSOR) && in.peek() == JsonScanner.Kind.STRING)
                    cursors.accept(in.string());
            } catch (JsonException foreign) {
                // Others may write to a shared log.
            }
        }

        /// Enters the object at the cursor, as far as the value of this member; false when it has none.
        private static boolean find(JsonScanner in, JsonNames name) throws JsonException {
            if (in.peek() != JsonScanner.Kind.OBJECT) return false;
            in.beginObject();
            for (int found = in.nextName(name); found != JsonNames.END; found = in.nextName(name)) {
                if (found == 0) return true;
                in.skip(JsonValue.MAX_DEPTH);
            }
            return false;
        }

        @Override
        public void gap(Gap reason, EventId from, EventId to, long lost) {
            // Entries that are missing here may be stored twice.
        }

        @Override
        public void flush() {
            // Nothing is buffered.
        }
    }
}
