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
import java.util.function.Predicate;

/// Reads the cursors of a journal's newest entries from the pages of the past, the newest page first.
final class JournalPast implements NewestCursors {
    /// The events of the first page. Each further one has ten times as many, up to [#LARGEST]: most senders repeat
    /// little.
    private static final int SMALLEST = 100;
    private static final int LARGEST = 10_000;
    /// The most events that it reads. An entry that is older, and is sent again, is stored twice.
    private static final int MOST = 100_000;
    private static final long TIME_NANOS = 5_000_000_000L;
    private static final JsonNames DATA = new JsonNames(List.of("data"));
    private static final JsonNames CURSOR = new JsonNames(List.of("__cursor"));

    private final Past past;
    private final boolean shared;

    /// @param shared whether other nodes use the log too
    JournalPast(Past past, boolean shared) {
        this.past = past;
        this.shared = shared;
    }

    @Override
    public boolean isLogShared() {
        return shared;
    }

    @Override
    public void of(Channel channel, Predicate<String> goOn) throws LogUnavailableException, InterruptedException {
        var channels = new ChannelSet(List.of(new ChannelPattern(channel.text())));
        long began = System.nanoTime();
        var before = Optional.<EventId>empty();
        int limit = SMALLEST;
        for (int left = MOST; left > 0 && System.nanoTime() - began < TIME_NANOS; left -= limit) {
            limit = Math.min(left, left == MOST ? SMALLEST : Math.min(LARGEST, 10 * limit));
            var page = past.open(new PastQuery(channels, Filter.NONE, OptionalLong.empty(), OptionalLong.empty(),
                    before, Optional.empty(), limit, Instant.MAX));
            var sink = new Sink(goOn);
            try {
                page.writeTo(sink);
            } catch (IOException forgotten) {
                throw new LogUnavailableException("the newest entries of the channel can not be read now");
            }
            if (!page.more() || sink.stopped) return;
            before = Optional.of(page.from());
        }
    }

    /// Reads the cursor of each event.
    private static final class Sink implements PastSink {
        private final Predicate<String> goOn;
        private final ByteArrayOutputStream envelope = new ByteArrayOutputStream();
        private boolean stopped;

        Sink(Predicate<String> goOn) {
            this.goOn = goOn;
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
                    stopped |= !goOn.test(in.string());
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
