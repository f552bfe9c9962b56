package com.datashop.gateway.http.api;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.ChannelActivity;
import com.datashop.gateway.history.History;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.http.access.ConnectionLimits;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.hub.Lag;
import com.datashop.gateway.hub.Subscriber;
import com.datashop.gateway.ingest.Traffic;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.metrics.JvmMetrics;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/// Writes the state of this node as a document of bounded size.
///
/// Its counters only grow, so two documents show the rates between them. It tells how full everything is that has a
/// bound. It names the busiest channels and the slowest subscribers.
///
/// It reads each part separately, without the hub's lock. So two numbers may be from different moments.
public final class Vitals {
    private static final int CHANNELS = 20;
    private static final int SUBSCRIBERS = 20;
    /// The most channels that are named for a subscriber.
    private static final int NAMED = 3;

    private final Hub hub;
    private final History history;
    private final EventLog log;
    private final Stats stats;
    private final ConnectionLimits connections;
    private final Traffic traffic;
    private final String version;

    public Vitals(Hub hub, History history, EventLog log, Stats stats, ConnectionLimits connections, Traffic traffic,
            String version) {
        this.hub = hub;
        this.history = history;
        this.log = log;
        this.stats = stats;
        this.connections = connections;
        this.traffic = traffic;
        this.version = version;
    }

    /// Writes the state as members of an object.
    void writeTo(JsonWriter out) {
        out.member("status", stats.status().label()).member("version", version)
                .member("time", System.currentTimeMillis()).member("uptime", stats.uptime())
                .member("maxConnections", connections.max());
        hub.ledger().writeTo(out);
        stats.writeRequestsTo(out);
        traffic.writeTo(out);
        out.name("history").beginObject().member("events", history.events()).member("bytes", history.bytes())
                .member("maxBytes", history.maxBytes())
                .member("maxEventsPerChannel", history.maxEventsPerChannel()).endObject();
        JvmMetrics.writeTo(out.name("process").beginObject());
        out.endObject();
        writeLog(out.name("log").beginObject());
        out.endObject();
        writeChannels(out);
        writeSubscribers(out);
    }

    private void writeLog(JsonWriter out) {
        log.describe(out);
        var floor = log.archive().floor();
        out.member("floor", floor.equals(EventId.MAX) ? null : floor.toString())
                .member("newest", hub.newest().toString())
                .member("trouble", log.trouble().orElse(null));
    }

    /// Writes the channels with the most recent events, and then other channels and patterns with the most subscribers.
    private void writeChannels(JsonWriter out) {
        var busiest = new Top<>(CHANNELS,
                Comparator.comparingLong(ChannelActivity::perMinute).thenComparingInt(ChannelActivity::events));
        history.activity().forEach(busiest::offer);
        var followed = new Top<>(CHANNELS, Comparator.comparingInt(Following::subscribers));
        hub.channels().forEach((name, subscribers) -> followed.offer(new Following(name, subscribers.size())));
        var names = new LinkedHashSet<String>();
        for (var channel : busiest.descending()) names.add(channel.channel().text());
        for (var following : followed.descending()) names.add(following.channel());
        out.name("topChannels").beginArray();
        for (var name : names) writeChannel(out, name);
        out.endArray();
    }

    private void writeChannel(JsonWriter out, String name) {
        out.beginObject().member("channel", name).member("subscriberCount", following(name));
        if (name.indexOf('*') >= 0) {
            out.name("patternSubscriberCount").nullValue().name("events").nullValue().name("perMinute").nullValue();
        } else {
            int byPattern = 0;
            for (var key : new Channel(name).keys()) if (!key.equals(name)) byPattern += following(key);
            var activity = history.activity(name);
            out.member("patternSubscriberCount", byPattern)
                    .member("events", activity.map(ChannelActivity::events).orElse(0))
                    .member("perMinute", activity.map(ChannelActivity::perMinute).orElse(0L));
        }
        out.endObject();
    }

    private int following(String name) {
        return hub.channels().getOrDefault(name, Set.of()).size();
    }

    private void writeSubscribers(JsonWriter out) {
        var slowest = new Top<>(SUBSCRIBERS,
                Comparator.comparing(Slow::lag, Comparator.comparing(Lag::stuck).thenComparingLong(Lag::events)));
        int slow = 0;
        int catchingUp = 0;
        for (var subscriber : hub.subscribers()) {
            var lag = subscriber.lag();
            if (!lag.live()) catchingUp++;
            if (lag.isSlow()) {
                slow++;
                slowest.offer(new Slow(subscriber, lag));
            } else {
                slowest.pass();
            }
        }
        out.member("slowSubscriberCount", slow).member("catchingUpCount", catchingUp).name("slowSubscribers")
                .beginArray();
        for (var one : slowest.descending()) writeSubscriber(out, one.subscriber(), one.lag());
        out.endArray();
    }

    private static void writeSubscriber(JsonWriter out, Subscriber subscriber, Lag lag) {
        var channels = subscriber.subscription().channels().patterns();
        out.beginObject().member("connectionId", subscriber.connectionId())
                .member("userId", subscriber.subscription().userId())
                .member("connectedAt", subscriber.connectedAt().toEpochMilli())
                .member("logsSent", subscriber.logsSent())
                .member("live", lag.live()).member("eventsBehind", lag.events()).member("queued", lag.queued())
                .member("stuckMilliseconds", lag.stuck().toMillis())
                .member("channelCount", channels.size()).name("channels").beginArray();
        channels.stream().limit(NAMED).forEach(pattern -> out.value(pattern.text()));
        out.endArray().endObject();
    }

    private record Following(String channel, int subscribers) { }

    private record Slow(Subscriber subscriber, Lag lag) { }
}
