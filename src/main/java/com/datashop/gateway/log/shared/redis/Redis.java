package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Address;
import com.datashop.gateway.log.shared.Broker;
import com.datashop.gateway.log.shared.BrokerArchive;
import com.datashop.gateway.log.shared.BrokerLog;
import com.datashop.gateway.log.shared.EntryCheck;
import com.datashop.gateway.log.shared.Links;
import com.datashop.gateway.log.shared.Reading;
import com.datashop.gateway.log.shared.Writing;
import com.datashop.gateway.metrics.Gauge;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.io.IOException;
import java.util.List;

/// A log in a stream of Redis or Valkey, from 6.2 on. Each event is an entry, and the entry's id is the event's id.
///
/// ```
///   gap │ e e e e e e e e │ gap │ e e e e e e         the first gap is where the log begins;
///       └─ batches: MULTI, an XADD each, EXEC         any other is where Redis has lost the end of the log
/// ```
///
/// The transaction makes a batch whole: it is stored all or not at all, also on the replicas and after a crash.
///
/// Redis gives the ids: the milliseconds of its clock and a number. Each is above the one before, whatever the clock
/// does. But Redis may lose the end of the log, or all of it: by a restart without persistence, by a failover to a
/// replica that lagged, or by `FLUSHALL`. Then the stream ends before the entries that nodes have read and clients have
/// seen. The node that finds this out (see [RedisReading]) adds an entry that marks a gap. Its id is above every id
/// that may have been given. A node that comes to this entry, now or later, tells its subscribers.
public final class Redis implements Broker {
    private static final int LEAST_MAJOR = 6;
    private static final int LEAST_MINOR = 2;
    private static final int PAGE_ENTRIES = 1000;
    private static final long PAGE_BYTES = 1 << 20;

    private final RedisSettings settings;
    private final Retention retention;
    private final Archive archive;
    private final long largest;
    private final Pace pace;
    private final Links links = new Links();
    private Client writer = Client.UNKNOWN;
    /// The number of the sentinel to ask; see [Sentinels].
    private volatile int sentinel;

    private Redis(RedisSettings settings, long bodyBytes) {
        this.settings = settings;
        largest = EntryCheck.largest(bodyBytes);
        pace = new Pace(PAGE_ENTRIES, PAGE_BYTES, largest);
        retention = new Retention(settings);
        archive = new BrokerArchive<>(new RedisLookback(this));
    }

    /// Opens the log that the URL names. It makes the log if there is none.
    ///
    /// @param bodyBytes the largest publish to this node
    /// @throws IOException when it can not be used; its message is one line that names the cause
    public static BrokerLog open(RedisSettings settings, long warmBytes, long bodyBytes) throws IOException {
        return BrokerLog.open(new Redis(settings, bodyBytes), settings, warmBytes);
    }

    @Override
    public EventId warmFrom(long bytes) throws IOException {
        try (var connection = connect()) {
            var extent = retention.learn(connection);
            var pace = new Pace(PAGE_ENTRIES, PAGE_BYTES, 0); // only the length of the data is needed
            long found = 0;
            for (var to = Frontier.LAST.toString(); ; ) {
                String count = String.valueOf(pace.count());
                connection.send(RedisCommand.of("XREVRANGE", settings.stream(), to, "-", "COUNT", count));
                var page = Page.ofRange(connection, pace.bytes(), pace.largest());
                for (var item : page.items()) {
                    if (item.isGap()) return item.id();
                    found += Event.BESIDE_DATA_BYTES + (item.dataBytes() > largest ? 0 : item.dataBytes());
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
        return EntryCodec.encode(new RedisCommand(), settings.stream(), retention.entries(), batch, token).bytes();
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
        registry.declare("gateway_log_bytes", "The memory that the log takes in Redis, as Redis says.",
                new Gauge(retention::bytes));
        registry.declare("gateway_log_events", "Events that Redis holds.", new Gauge(retention::held));
    }

    @Override
    public void close() {
        links.close();
    }

    /// A connection to the server that takes writes. It asks each sentinel once, because one may not know it yet.
    Connection connect() throws IOException {
        IOException last = null;
        for (int i = 0; i < settings.servers().size(); i++) {
            try {
                return connect(settings.master() == null
                        ? settings.servers().getFirst() : Sentinels.master(links, settings, sentinel));
            } catch (IOException failed) {
                sentinel++;
                last = failed;
            }
        }
        throw last;
    }

    private Connection connect(Address server) throws IOException {
        var connection = new Connection(links.open(server, settings.tls()));
        try {
            var hello = connection.hello(settings.login());
            if (!isNewEnough(hello.version()))
                throw new IOException("this Redis is " + hello.version() + ": 6.2 is needed");
            if (!hello.isMaster()) throw new IOException(server + " is a replica" + (settings.master() == null
                    ? ": name its master" : ", and the sentinels have not agreed on another yet"));
            if (settings.database() != 0)
                Connection.checked(connection.ask(RedisCommand.of("SELECT", String.valueOf(settings.database()))));
            return connection;
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    @Override
    public long largest() {
        return largest;
    }

    RedisSettings settings() {
        return settings;
    }

    Retention retention() {
        return retention;
    }

    @Override
    public void begin() throws IOException {
        try (var connection = connect()) {
            Rights.check(connection, settings.stream());
            RedisReading.ensureStream(connection, settings.stream());
        }
    }

    @Override
    public boolean mayPass(IOException failed) {
        return failed instanceof RedisException refused && refused.code().equals("LOADING");
    }

    private static boolean isNewEnough(String version) {
        var parts = version.split("\\.");
        try {
            int major = Integer.parseInt(parts[0]);
            return major > LEAST_MAJOR || major == LEAST_MAJOR && Integer.parseInt(parts[1]) >= LEAST_MINOR;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException unreadable) {
            return false;
        }
    }
}
