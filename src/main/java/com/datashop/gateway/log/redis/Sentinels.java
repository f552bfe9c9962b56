package com.datashop.gateway.log.redis;

import com.datashop.gateway.log.redis.RedisSettings.Server;
import java.io.IOException;

/// Asks the sentinels which server is the one to write to now.
final class Sentinels {
    private Sentinels() { }

    /// The server, as the first sentinel that answers says.
    static Server master(RedisSettings settings) throws IOException {
        IOException failed = null;
        for (var sentinel : settings.servers()) {
            try (var connection = Connection.open(sentinel, settings.tls())) {
                if (settings.sentinelLogin().password() != null) connection.hello(settings.sentinelLogin());
                var reply = Connection.checked(connection.ask(Request.of("SENTINEL", "get-master-addr-by-name", settings.master())));
                if (!(reply instanceof Reply.Many address)) throw new IOException("it knows no " + settings.master());
                return new Server(address.replies().getFirst().toString(), Integer.parseInt(address.replies().getLast().toString()));
            } catch (IOException next) {
                failed = new IOException("sentinel " + sentinel + ": " + Redis.message(next), next);
            }
        }
        throw failed;
    }
}
