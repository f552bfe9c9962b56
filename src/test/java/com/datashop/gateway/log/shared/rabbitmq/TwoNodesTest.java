package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.log.shared.TwoNodesSuite;

/// Two nodes on one RabbitMQ.
class TwoNodesTest extends TwoNodesSuite {
    @Override
    protected Running start() {
        return RunningRabbit.start();
    }
}
