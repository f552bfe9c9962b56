package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.log.shared.Address;
import com.datashop.gateway.log.shared.Broker;
import com.datashop.gateway.log.shared.Links;
import java.io.IOException;

/// Asks a sentinel which server takes writes now.
final class Sentinels {
    private Sentinels() { }

    /// The server that takes writes, as one sentinel says.
    ///
    /// @param number the number of the sentinel; after the last one the first is next
    static Address master(Links links, RedisSettings settings, int number) throws IOException {
        var sentinel = settings.servers().get(Math.floorMod(number, settings.servers().size()));
        try (var connection = new Connection(links.open(sentinel, settings.tls()))) {
            if (settings.sentinelLogin().password() != null) connection.hello(settings.sentinelLogin());
            var question = RedisCommand.of("SENTINEL", "get-master-addr-by-name", settings.master());
            var reply = Connection.checked(connection.ask(question));
            if (!(reply instanceof RedisReply.Many address)) throw new IOException("it knows no " + settings.master());
            var parts = address.replies();
            return new Address(parts.getFirst().toString(), Integer.parseInt(parts.getLast().toString()));
        } catch (IOException failed) {
            throw new IOException("sentinel " + sentinel + ": " + Broker.message(failed), failed);
        }
    }
}
