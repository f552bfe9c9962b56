package com.datashop.gateway.log.shared.redis;

import java.io.IOException;

/// Checks at the start that the user has all rights. It changes nothing.
final class Rights {
    private Rights() { }

    /// Queues all commands in a transaction, and discards it. Redis checks the rights when a command is queued.
    static void check(Connection connection, String stream) throws IOException {
        Connection.checked(connection.ask(RedisCommand.of("WATCH", stream)));
        Connection.checked(connection.ask(RedisCommand.of("UNWATCH")));
        Connection.checked(connection.ask(RedisCommand.of("MULTI")));
        var request = new RedisCommand()
                .command("XADD", stream, "MAXLEN", "~", "1000", "*", "c", "")
                .command("XREAD", "COUNT", "1", "STREAMS", stream, "0")
                .command("XRANGE", stream, "-", "+", "COUNT", "1")
                .command("XREVRANGE", stream, "+", "-", "COUNT", "1")
                .command("XTRIM", stream, "MINID", "~", "0")
                .command("XINFO", "STREAM", stream)
                .command("DISCARD")
                .command("EXEC");
        connection.send(request.bytes());
        RedisReply.Failure refused = null;
        for (int i = 0; i < 7; i++)
            if (connection.reply() instanceof RedisReply.Failure failure && refused == null) refused = failure;
        if (connection.reply() instanceof RedisReply.Failure failure && failure.code().equals("NOPERM")
                && refused == null) refused = failure;
        if (refused != null) throw new RedisException(refused);
    }
}
