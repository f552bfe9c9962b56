package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.log.shared.BrokerSuite;

/// A log in RabbitMQ keeps what every log in a broker must.
class RabbitBrokerTest extends BrokerSuite {
    @Override
    protected Running start() {
        return RunningRabbit.start();
    }
}
