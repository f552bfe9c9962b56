package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.support.RedisServer;

/// A Redis of its own, for the time of a test.
record RunningRedis(RedisServer redis) implements Running {
    static RunningRedis start() {
        return new RunningRedis(RedisServer.start("--appendonly", "yes", "--appendfsync", "always"));
    }

    @Override
    public int port() {
        return redis.port();
    }

    @Override
    public String url(int port) {
        return "BUS_URL=redis://127.0.0.1:" + port;
    }

    /// Beside the entry that marks a gap.
    @Override
    public long events() {
        return Long.parseLong(redis.ask("XLEN", "logs")) - 1;
    }

    @Override
    public void kill() {
        redis.kill();
    }

    @Override
    public void restart() {
        redis.restart();
    }

    @Override
    public void empty() {
        redis.ask("FLUSHALL");
        redis.kill();
        redis.restart();
    }

    @Override
    public void addForeign(String channel) {
        redis.ask("XADD", "logs", "*", "c", channel, "t", "7", "d", "{");
    }

    @Override
    public void addLarge(String channel, int bytes) {
        redis.ask("EVAL", "return redis.call('XADD', 'logs', '*', 'c', '" + channel
                + "', 't', '7', 'd', '\"' .. string.rep(string.rep('x', 65536), " + bytes / 65536 + ") .. '\"')",
                "1", "logs");
    }

    @Override
    public void close() {
        redis.close();
    }
}
