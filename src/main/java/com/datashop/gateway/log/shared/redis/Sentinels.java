package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.log.shared.redis.RedisSettings.Server;
import java.io.IOException;

/// Asks a sentinel which server is the one to write to now.
final class Sentinels {
    private Sentinels() { }

    /// The server, as one sentinel says.
    ///
    /// @param number which; they are counted round
    static Server master(RedisSettings settings, int number) throws IOException {
        var sentinel = settings.servers().get(Math.floorMod(number, settings.servers().size()));
        try (var connection = Connection.open(sentinel, settings.tls())) {
            if (settings.sentinelLogin().password() != null) connection.hello(settings.sentinelLogin());
            var reply = Connection.checked(connection.ask(RedisCommand.of("SENTINEL", "get-master-addr-by-name", settings.master())));
            if (!(reply instanceof RedisReply.Many address)) throw new IOException("it knows no " + settings.master());
            return new Server(address.replies().getFirst().toString(), Integer.parseInt(address.replies().getLast().toString()));
        } catch (IOException failed) {
            throw new IOException("sentinel " + sentinel + ": " + Redis.message(failed), failed);
        }
    }
}
