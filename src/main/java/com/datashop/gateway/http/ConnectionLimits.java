package com.datashop.gateway.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How many streams there may be: in all, from one address, of one user.
///
/// A new one over a limit is refused. An old one is never ended for it: its client would come back at once, and that loops.
public final class ConnectionLimits {
    private final int max;
    private final int maxPerAddress;
    private final int maxPerUser;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private final Map<String, Integer> byUser = new HashMap<>();
    private int all;

    /// @param maxPerAddress 0 for no limit
    /// @param maxPerUser 0 for no limit
    public ConnectionLimits(int max, int maxPerAddress, int maxPerUser) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
        this.maxPerUser = maxPerUser;
    }

    /// Takes a place; empty when it was taken, else the limit that forbids it. Each place taken must be given back by [#leave].
    ///
    /// @param user empty when nobody proved who the user is: a name that anyone may write is no one's to be used up
    synchronized Optional<Refusal> enter(String address, Optional<String> user) {
        if (all >= max) return Optional.of(Refusal.NODE_FULL);
        if (maxPerAddress > 0 && byAddress.getOrDefault(address, 0) >= maxPerAddress) return Optional.of(Refusal.ADDRESS_LIMIT);
        if (maxPerUser > 0 && user.isPresent() && byUser.getOrDefault(user.get(), 0) >= maxPerUser) return Optional.of(Refusal.USER_LIMIT);
        all++;
        byAddress.merge(address, 1, Integer::sum);
        user.ifPresent(name -> byUser.merge(name, 1, Integer::sum));
        return Optional.empty();
    }

    synchronized void leave(String address, Optional<String> user) {
        all--;
        byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        user.ifPresent(name -> byUser.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1));
    }
}
