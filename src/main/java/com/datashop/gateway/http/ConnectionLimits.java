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
    synchronized Optional<Problem> enter(String address, Optional<String> user) {
        if (all >= max) return refused(Refusal.NODE_FULL, "there are as many streams as MAX_CONNECTIONS allows");
        if (maxPerAddress > 0 && byAddress.getOrDefault(address, 0) >= maxPerAddress)
            return refused(Refusal.ADDRESS_LIMIT, "there are as many streams from this address as MAX_CONNECTIONS_PER_IP allows");
        if (maxPerUser > 0 && user.isPresent() && byUser.getOrDefault(user.get(), 0) >= maxPerUser)
            return refused(Refusal.USER_LIMIT, "there are as many streams of this user as MAX_CONNECTIONS_PER_USER allows");
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

    private static Optional<Problem> refused(Refusal refusal, String detail) {
        return Optional.of(new Problem(refusal, detail));
    }
}
