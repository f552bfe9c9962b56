package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.log.shared.TwoNodesSuite;

/// Two gateways and one Redis.
class TwoNodesTest extends TwoNodesSuite {
    @Override
    protected Running start() {
        return RunningRedis.start();
    }
}
