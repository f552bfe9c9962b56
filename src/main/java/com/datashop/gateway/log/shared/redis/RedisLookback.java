package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Lookback;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Reads the stream page by page, forwards or backwards. It asks for the stream's floor after each page.
final class RedisLookback implements Lookback<Connection> {
    private static final int PAGE_ENTRIES = 500;
    private static final long PAGE_BYTES = 256 << 10;

    private final Redis redis;

    RedisLookback(Redis redis) {
        this.redis = redis;
    }

    @Override
    public EventId floor() {
        return redis.retention().floor();
    }

    @Override
    public Connection connect() throws IOException {
        return redis.connect();
    }

    @Override
    public Forwards<Connection> forwards(Predicate<Channel> wanted) {
        var pace = pace();
        return (connection, after, upTo) -> {
            var page = read(connection, pace, "XRANGE", "(" + after, upTo.toString());
            boolean more = pace.took(page);
            var end = page.items().isEmpty() ? null : page.items().getLast().id();
            return new Stretch(decoded(page.items(), wanted), end, !more, page.bytes());
        };
    }

    @Override
    public Backwards<Connection> backwards(Predicate<Channel> wanted, EventId from) {
        return new PagesBackwards(wanted, from);
    }

    /// Looks by the id, which is the time of arrival.
    @Override
    public Optional<EventId> since(Connection connection, long milliseconds) {
        return Optional.of(new EventId(milliseconds, 0));
    }

    private Pace pace() {
        return new Pace(PAGE_ENTRIES, PAGE_BYTES, redis.largest());
    }

    private Page read(Connection connection, Pace pace, String command, String from, String to) throws IOException {
        connection.send(RedisCommand.of(command, redis.settings().stream(), from, to,
                "COUNT", String.valueOf(pace.count())));
        var page = Page.ofRange(connection, pace.bytes(), pace.largest());
        redis.retention().learn(connection);
        return page;
    }

    private static List<Entry> decoded(List<Item> items, Predicate<Channel> wanted) {
        var codec = new EntryCodec();
        return items.stream().map(item -> codec.decode(item, wanted)).flatMap(Optional::stream).toList();
    }

    /// Reads window by window: each window is one page.
    private final class PagesBackwards implements Backwards<Connection> {
        private final Predicate<Channel> wanted;
        private final Pace pace = pace();
        private EventId reached;
        private String to;

        PagesBackwards(Predicate<Channel> wanted, EventId from) {
            this.wanted = wanted;
            reached = from;
            to = from.toString();
        }

        @Override
        public Window next(Connection connection, Consumer<Entry> each) throws IOException {
            var page = read(connection, pace, "XREVRANGE", to, "-");
            boolean more = pace.took(page);
            var last = floor();
            if (more) {
                var first = page.items().getLast().id();
                // Not the place of the entry that marks the beginning: a page that began there would tell a gap.
                last = EventId.max(first.previous(), last);
                to = "(" + first;
            }
            reached = EventId.min(reached, last);
            decoded(page.items().reversed(), wanted).forEach(each);
            return new Window(reached, page.items().size(), page.bytes(), !more);
        }
    }
}
