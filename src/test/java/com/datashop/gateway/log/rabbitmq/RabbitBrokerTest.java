package com.datashop.gateway.log.rabbitmq;

import com.datashop.gateway.log.broker.BrokerSuite;

/// A log in RabbitMQ keeps what every log in a broker must.
class RabbitBrokerTest extends BrokerSuite {
    @Override
    protected Running start() {
        return RunningRabbit.start();
    }
}
