package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Lookback;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads the past of the stream: stretches forwards, and windows of messages backwards.
final class RabbitLookback implements Lookback<Connection> {
    private final Rabbit rabbit;

    RabbitLookback(Rabbit rabbit) {
        this.rabbit = rabbit;
    }

    @Override
    public EventId floor() {
        return rabbit.floor();
    }

    @Override
    public Connection connect() throws IOException {
        return rabbit.connect();
    }

    @Override
    public Forwards<Connection> forwards(Predicate<Channel> wanted) {
        return (connection, after, upTo) -> new StreamForwards(rabbit, after, upTo).read(connection);
    }

    @Override
    public Backwards<Connection> backwards(Predicate<Channel> wanted, EventId from) {
        return new StreamBackwards(rabbit, from);
    }

    @Override
    public void leave(Connection connection) {
        connection.leave();
    }

    /// Looks by the time at which RabbitMQ got each message, in whole seconds.
    @Override
    public Optional<EventId> since(Connection connection, long milliseconds) throws IOException {
        var messages = new Messages(connection, rabbit.settings().stream(), new Out.Timestamp(milliseconds / 1000), 1);
        var walk = new Walk(messages);
        EventId found = null;
        while (found == null && walk.next())
            if (messages.head().life() != 0) found = Place.before(messages.head().life(), messages.offset());
        messages.end();
        return Optional.ofNullable(found);
    }
}
