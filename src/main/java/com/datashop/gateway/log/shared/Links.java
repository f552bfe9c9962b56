package com.datashop.gateway.log.shared;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The sockets of one node to its broker. When it closes, all of them end, whatever waits for them.
public final class Links implements AutoCloseable {
    private final Set<Link> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// Connects to a server.
    ///
    /// @throws IOException when that fails, or this was closed; its message is one line
    public Link open(Address server, boolean tls) throws IOException {
        open.removeIf(Link::isClosed);
        var link = Link.open(server, tls);
        open.add(link);
        if (!closed) return link;
        link.close();
        throw new IOException("the gateway is shutting down");
    }

    @Override
    public void close() {
        closed = true;
        for (var link : open) link.close();
    }
}
