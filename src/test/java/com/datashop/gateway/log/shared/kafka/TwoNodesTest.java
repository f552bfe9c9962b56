package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.log.shared.TwoNodesSuite;
import com.datashop.gateway.support.KafkaServer;
import org.junit.jupiter.api.AfterAll;

/// Two gateways and one Kafka. Both tests use the same broker, each with a topic of its own.
class TwoNodesTest extends TwoNodesSuite {
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
