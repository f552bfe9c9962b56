package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Broker;
import com.datashop.gateway.log.shared.BrokerLog;
import com.datashop.gateway.log.shared.Reading;
import com.datashop.gateway.log.shared.Writing;
import com.datashop.gateway.log.shared.redis.RedisSettings.Server;
import com.datashop.gateway.metrics.Gauge;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A log in a stream of Redis or Valkey, from 6.2 on: each event is an entry, and the entry's id is the event's.
///
/// ```
///   gap │ e e e e e e e e │ gap │ e e e e e e         the first gap is where the log begins, any other where Redis has lost its end
///       └─ batches: MULTI, an XADD each, EXEC         so that they are there whole or not at all, on the replicas and after a crash too
/// ```
///
/// Redis gives the ids: the milliseconds of its clock and a number, each above the one before, whatever the clock does. But it may lose its end, all of it or a part: by a restart
/// without persistence, a failover to a replica that lagged, `FLUSHALL`. Then the stream ends before what nodes have read and clients have seen. Whoever finds that out
/// (see [RedisReading]) adds an entry that marks a gap, with an id above all that can have been given, and every node, live or later, tells its subscribers when it comes to it.
public final class Redis implements Broker {
    private static final int LEAST_MAJOR = 6;
    private static final int LEAST_MINOR = 2;
    /// At the start, a Redis that is reading its data back is waited for.
    private static final Duration LOADING = Duration.ofSeconds(30);
    private static final Duration LOADING_PERIOD = Duration.ofMillis(200);
    /// An event's data is in memory three times while its frame is made, and several threads make frames. So what is
    /// larger than this part of the heap is not taken, though another node may have stored it; nor what is larger than
    /// a publish to this node may be, if that is more, up to the second part.
    private static final int HEAP_SHARE = 16;
    private static final int LARGEST_HEAP_SHARE = 8;
    private static final int PAGE_ENTRIES = 1000;
    private static final long PAGE_BYTES = 1 << 20;
    /// Beside an event's data and what the heap says of it: `id:`, `data:` and the members of the envelope, in bytes.
    private static final int FRAME_BYTES = 150;

    private final RedisSettings settings;
    private final Retention retention;
    private final RedisArchive archive;
    private final long largest;
    private final Pace pace;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private Client writer = Client.UNKNOWN;
    private volatile int sentinel;
    private volatile boolean closed;

    private Redis(RedisSettings settings, long bodyBytes) {
        this.settings = settings;
        long heap = Runtime.getRuntime().maxMemory();
        largest = Math.clamp(bodyBytes, heap / HEAP_SHARE, heap / LARGEST_HEAP_SHARE);
        pace = new Pace(PAGE_ENTRIES, PAGE_BYTES, largest);
        retention = new Retention(settings);
        archive = new RedisArchive(this);
    }

    /// Opens the log that the URL names, making it if need be.
    ///
    /// @param bodyBytes how large a publish to this node may be
    /// @throws IOException when it can not be used; in one line, which names the cause
    public static BrokerLog open(RedisSettings settings, long warmBytes, long bodyBytes) throws IOException {
        var redis = new Redis(settings, bodyBytes);
        try {
            redis.begin();
            return new BrokerLog(redis, warmBytes);
        } catch (IOException failed) {
            redis.close();
            throw new IOException("BUS_URL " + settings + " can not be used: " + message(failed), failed);
        }
    }

    @Override
    public EventId floor(long bytes) throws IOException {
        try (var connection = connect()) {
            var extent = retention.learn(connection);
            var pace = new Pace(PAGE_ENTRIES, PAGE_BYTES, 0); // how long the data is will do
            long found = 0;
            for (var to = Frontier.LAST.toString(); ; ) {
                connection.send(RedisCommand.of("XREVRANGE", settings.stream(), to, "-", "COUNT", String.valueOf(pace.count())));
                var page = Page.ofRange(connection, pace.bytes(), pace.largest());
                for (var item : page.items()) {
                    if (item.isGap()) return item.id();
                    found += Event.OVERHEAD_BYTES + FRAME_BYTES + (item.dataBytes() > largest ? 0 : item.dataBytes());
                    if (found > bytes) return item.id();
                }
                if (!pace.took(page)) return Frontier.usable(extent.floor());
                to = "(" + page.items().getLast().id();
            }
        }
    }

    @Override
    public EventId origin() throws IOException {
        try (var connection = connect()) {
            var extent = Extent.of(connection, settings.stream());
            return extent.beginsWithGap() ? Frontier.usable(extent.first()) : EventId.ZERO;
        }
    }

    @Override
    public EventId end() throws IOException {
        try (var connection = connect()) {
            return EventId.min(Extent.of(connection, settings.stream()).last(), Frontier.LAST);
        }
    }

    @Override
    public Reading read(EventId place) throws IOException {
        return new RedisReading(connect(), settings.stream(), retention, pace, place);
    }

    @Override
    public Writing write() throws IOException {
        var connection = connect();
        try {
            var writing = new RedisWriting(connection, settings.stream(), retention.frontier(), writer);
            writer = writing.client();
            return writing;
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    @Override
    public byte[] encode(List<Draft> batch, String token) {
        return Entries.add(new RedisCommand(), settings.stream(), retention.entries(), batch, token).bytes();
    }

    @Override
    public Archive archive() {
        return archive;
    }

    @Override
    public String kind() {
        return "redis";
    }

    @Override
    public void declare(Registry registry) {
        registry.declare("gateway_log_bytes", "What the log takes of the memory of Redis, as Redis says.", new Gauge(retention::bytes));
        registry.declare("gateway_log_events", "Events that Redis holds.", new Gauge(retention::held));
    }

    @Override
    public void close() {
        closed = true;
        for (var connection : connections) connection.close();
    }

    /// A connection to the server that takes writes. Each sentinel is asked once: one may not know yet which that is.
    Connection connect() throws IOException {
        IOException last = null;
        for (int i = 0; i < settings.servers().size(); i++) {
            try {
                return connect(settings.master() == null ? settings.servers().getFirst() : Sentinels.master(settings, sentinel));
            } catch (IOException failed) {
                sentinel++;
                last = failed;
            }
        }
        throw last;
    }

    private Connection connect(Server server) throws IOException {
        connections.removeIf(Connection::isClosed);
        var connection = Connection.open(server, settings.tls());
        try {
            connections.add(connection);
            if (closed) throw new IOException("the gateway is shutting down");
            var hello = connection.hello(settings.login());
            if (!isKnown(hello.version())) throw new IOException("this Redis is " + hello.version() + ": 6.2 is needed");
            if (!hello.isMaster()) throw new IOException(server + " is a replica" + (settings.master() == null ? ": name its master" : ", and the sentinels have not agreed on another yet"));
            if (settings.database() != 0) Connection.checked(connection.ask(RedisCommand.of("SELECT", String.valueOf(settings.database()))));
            return connection;
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    /// How much data of one entry this node takes, in bytes.
    long largest() {
        return largest;
    }

    RedisSettings settings() {
        return settings;
    }

    Retention retention() {
        return retention;
    }

    static String message(IOException failed) {
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }

    /// Sees that everything that will be needed is allowed, and that there is a stream.
    private void begin() throws IOException {
        for (long end = System.nanoTime() + LOADING.toNanos(); ; ) {
            try (var connection = connect()) {
                Rights.check(connection, settings.stream());
                RedisReading.begin(connection, settings.stream());
                return;
            } catch (RedisException refused) {
                if (!refused.code().equals("LOADING") || System.nanoTime() - end > 0) throw refused;
            }
            try {
                Thread.sleep(LOADING_PERIOD);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while Redis was reading its data back", stopped);
            }
        }
    }

    private static boolean isKnown(String version) {
        var parts = version.split("\\.");
        try {
            int major = Integer.parseInt(parts[0]);
            return major > LEAST_MAJOR || major == LEAST_MAJOR && Integer.parseInt(parts[1]) >= LEAST_MINOR;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException unreadable) {
            return false;
        }
    }
}
