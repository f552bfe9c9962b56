package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.log.shared.BrokerSuite;
import com.datashop.gateway.support.KafkaServer;
import org.junit.jupiter.api.AfterAll;

/// A log in Kafka keeps what every log in a broker must. All tests use one broker, each with a topic of its own.
class KafkaBrokerTest extends BrokerSuite {
    private static KafkaServer server;

    @Override
    protected Running start() {
        if (server == null) server = KafkaServer.start();
        return new RunningKafka(server, KafkaServer.topic());
    }

    @AfterAll
    static void end() {
        if (server != null) server.close();
    }
}
