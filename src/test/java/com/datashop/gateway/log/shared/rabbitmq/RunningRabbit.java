package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.log.shared.Links;
import com.datashop.gateway.support.RabbitServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/// A stream of the shared RabbitMQ, for the time of a test.
record RunningRabbit(RabbitServer server, String stream) implements Running {
    static RunningRabbit start() {
        return new RunningRabbit(RabbitServer.shared(), RabbitServer.freeStream());
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String url(int port) {
        return "BUS_URL=amqp://127.0.0.1:" + port + "?stream=" + stream;
    }

    /// Beside the messages that begin a life, and the fences.
    @Override
    public long events() {
        return read().events();
    }

    @Override
    public void kill() {
        server.save();
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void empty() {
        server.kill();
        server.forget();
        server.restart();
    }

    @Override
    public void addForeign(String channel) {
        add(line(channel, "{"));
    }

    @Override
    public void addLarge(String channel, int bytes) {
        add(line(channel, "\"" + "x".repeat(bytes) + "\""));
    }

    /// The server goes on for the next test.
    @Override
    public void close() {
        try (var connection = Connection.open(new Links(), settings())) {
            connection.call(1, 50 << 16 | 40, new Out().uint16(0).shortString(stream).octet(0), 50 << 16 | 41);
        } catch (IOException gone) {
            // with its server, or by the test
        }
    }

    /// Deletes the stream.
    void delete() {
        close();
    }

    /// Adds a message as a gateway of the present life does.
    void add(String body) {
        add(new MessageHead(MessageHead.Kind.EVENTS, read().life(), 0, "test").properties(), body);
    }

    /// Adds a message with these properties.
    void add(Out properties, String body) {
        add(List.of(new Raw(properties, body)));
    }

    /// Adds messages in this order.
    void add(List<Raw> messages) {
        try (var connection = Connection.open(new Links(), settings())) {
            connection.call(1, Method.CONFIRM_SELECT, new Out().octet(0), Method.CONFIRM_SELECT_OK);
            for (var message : messages)
                connection.publish(1, stream, message.properties(), List.of(message.body().getBytes(UTF_8)));
            connection.flush();
            for (long confirmed = 0; confirmed < messages.size(); )
                confirmed = connection.expect(1, Method.BASIC_ACK).uint64();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// An event as a line of a message.
    static String line(String channel, String data) {
        return "{\"channel\":\"" + channel + "\",\"timestamp\":7,\"data\":" + data + "}\n";
    }

    /// How many events the stream has, and its life.
    Contents read() {
        long events = 0;
        long count = 0;
        var lives = new Lives(0);
        try (var messages = new Messages(Connection.open(new Links(), settings()), stream, "first", 1000)) {
            messages.fence();
            while (true) {
                switch (messages.next(Duration.ofSeconds(10))) {
                    case MESSAGE -> {
                        var head = messages.head();
                        if (head.kind() == MessageHead.Kind.LIFE) lives.enter(messages.offset(), head);
                        else if (head.kind() == null) events++;
                        else if (head.kind() == MessageHead.Kind.EVENTS
                                && lives.enterByEvents(head.life()) != Lives.Verdict.VOID)
                            while (messages.hasLine()) {
                                messages.readLine(100);
                                if (!Lines.isBatch(messages.line(), messages.lineLength())) events++;
                            }
                    }
                    case FENCE -> {
                        if (messages.count() == count) return new Contents(events, lives.present());
                        count = messages.count();
                        messages.fence();
                    }
                    case NOTHING -> throw new AssertionError("RabbitMQ does not answer");
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    RabbitSettings settings() {
        return RabbitSettings.parse(server.url(stream), 1 << 30, null);
    }

    /// A message as it goes to RabbitMQ.
    record Raw(Out properties, String body) { }

    /// The number of events in the stream, and its life.
    record Contents(long events, long life) { }
}
