package com.datashop.gateway.ingest.logplex;

import com.datashop.gateway.event.InvalidTimeException;
import com.datashop.gateway.event.Level;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Protocol;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.Shipment;
import com.datashop.gateway.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `POST /heroku/drain`: the messages of one of Heroku's log drains (heroku/logplex, doc/README.http_drains.md).
public final class LogplexDrain implements Dialect {
    private static final List<Level> BY_SEVERITY = List.of(Level.FATAL, Level.FATAL, Level.FATAL, Level.ERROR,
            Level.WARN, Level.INFO, Level.INFO, Level.DEBUG);
    private static final String COUNT = "Logplex-Msg-Count";

    @Override
    public Protocol protocol() {
        return Protocol.LOGPLEX;
    }

    @Override
    public List<String> paths() {
        return List.of("/heroku/drain");
    }

    @Override
    public List<String> roots() {
        return List.of("/heroku");
    }

    @Override
    public void check(Shipment shipment) throws Declined {
        if (!shipment.mediaType().equals(Optional.of("application/logplex-1")))
            throw new Declined(Reason.UNSUPPORTED_TYPE, "Content-Type must be application/logplex-1");
    }

    @Override
    public AnswerWriter read(Shipment shipment, byte[] body, RecordCollector records) throws Declined {
        var frames = new Frames(body);
        for (int from = frames.next(); from >= 0; from = frames.next()) {
            var message = SyslogMessage.read(body, from, frames.end(), records.count());
            try {
                records.add(records.channel(null, null, null), time(message, records), data(message));
            } catch (Declined refused) {
                records.reject(refused);
            }
        }
        requireCount(shipment, records.count());
        return _ -> Answer.empty(204);
    }

    /// Checks the number of messages. Logplex sends it, so that a receiver can tell whether it has read all of them.
    private static void requireCount(Shipment shipment, int count) throws Declined {
        var announced = shipment.header(COUNT);
        if (announced.isPresent() && !announced.get().equals(String.valueOf(count)))
            throw new Declined(Reason.BAD_BODY, COUNT + " does not fit: the body has " + count + " messages");
    }

    private static long time(SyslogMessage message, RecordCollector records) throws Declined {
        if (message.time() == null) return records.now();
        try {
            return Timestamps.ofText(message.time());
        } catch (InvalidTimeException invalid) {
            throw new Declined(Reason.BAD_BODY, "its time " + invalid.getMessage());
        }
    }

    private static byte[] data(SyslogMessage message) {
        var data = new JsonWriter().beginObject()
                .member("level", BY_SEVERITY.get(message.severity()).name().toLowerCase(Locale.ROOT))
                .member("message", message.message());
        optional(data, "app", message.app());
        optional(data, "proc", message.proc());
        optional(data, "host", message.host());
        return data.endObject().toBytes();
    }

    private static void optional(JsonWriter data, String name, String value) {
        if (value != null) data.member(name, value);
    }
}
