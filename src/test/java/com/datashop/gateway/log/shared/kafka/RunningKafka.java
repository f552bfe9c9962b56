package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.KafkaServer;
import java.util.List;

/// A topic of a Kafka, for the time of a test.
record RunningKafka(KafkaServer kafka, String topic) implements Running {
    @Override
    public int port() {
        return kafka.port();
    }

    @Override
    public String url(int port) {
        return "BUS_URL=kafka://127.0.0.1:" + port + "/" + topic;
    }

    @Override
    public Cable cable() {
        return kafka.cable();
    }

    @Override
    public long events() {
        return new Admin(kafka, topic).events();
    }

    @Override
    public void kill() {
        kafka.kill();
    }

    @Override
    public void restart() {
        kafka.restart();
    }

    @Override
    public void empty() {
        kafka.kill();
        kafka.forget();
        kafka.restart();
    }

    @Override
    public void addForeign(String channel) {
        new Admin(kafka, topic).produce(channel, "{");
    }

    @Override
    public void addLarge(String channel, int bytes) {
        var pieces = Admin.pieces(List.<String[]>of(new String[] {channel, "\"" + "x".repeat(bytes) + "\""}));
        new Admin(kafka, topic).produce(BatchEncoder.batch(pieces, 0, Producer.Id.NONE, -1, true));
    }

    /// The broker goes on for the next test.
    @Override
    public void close() {
        if (!kafka.isAlive()) kafka.restart();
    }
}
