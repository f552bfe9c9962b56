package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.log.shared.BrokerSuite;

/// A log in Redis keeps what every log in a broker must.
class RedisBrokerTest extends BrokerSuite {
    @Override
    protected Running start() {
        return RunningRedis.start();
    }
}
