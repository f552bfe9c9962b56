package com.datashop.gateway.http;

import com.datashop.gateway.heap.HeapBudget;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How many streams there may be: in all, from one address, of one user.
///
/// A new one over a limit is refused. An old one is never ended for it: its client would come back at once, and that loops.
public final class ConnectionLimits {
    /// What a character of its head takes: the head is kept as text, whole and in parts, as long as the stream lasts.
    private static final int BYTES_A_HEAD_CHARACTER = 4;

    private final int max;
    private final HeapBudget heap;
    private final long streamBytes;
    private final int maxPerAddress;
    private final int maxPerUser;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private final Map<String, Integer> byUser = new HashMap<>();
    private int all;

    /// @param heap what streams share with all else that clients make this node hold
    /// @param streamBytes what each takes, without its head
    /// @param maxPerAddress 0 for no limit
    /// @param maxPerUser 0 for no limit
    public ConnectionLimits(int max, HeapBudget heap, long streamBytes, int maxPerAddress, int maxPerUser) {
        this.max = max;
        this.heap = heap;
        this.streamBytes = streamBytes;
        this.maxPerAddress = maxPerAddress;
        this.maxPerUser = maxPerUser;
    }

    /// How many there may be in all, if their heads are small.
    int max() {
        return max;
    }

    /// Takes a place; empty when it was taken, else the limit that forbids it. Each place taken must be given back by [#leave].
    ///
    /// @param headLength the characters of the request's head
    /// @param user empty when nobody proved who the user is: a name that anyone may write is no one's to be used up
    synchronized Optional<Problem> enter(String address, Optional<String> user, long headLength) {
        if (all >= max) return refused(Refusal.NODE_FULL, "there are as many streams as MAX_CONNECTIONS allows");
        if (maxPerAddress > 0 && byAddress.getOrDefault(address, 0) >= maxPerAddress)
            return refused(Refusal.ADDRESS_LIMIT, "there are as many streams from this address as MAX_CONNECTIONS_PER_IP allows");
        if (maxPerUser > 0 && user.isPresent() && byUser.getOrDefault(user.get(), 0) >= maxPerUser)
            return refused(Refusal.USER_LIMIT, "there are as many streams of this user as MAX_CONNECTIONS_PER_USER allows");
        if (!heap.take(HeapBudget.Use.STREAMS, cost(headLength)))
            return refused(Refusal.NODE_FULL, "there are as many streams as the heap carries");
        all++;
        byAddress.merge(address, 1, Integer::sum);
        user.ifPresent(name -> byUser.merge(name, 1, Integer::sum));
        return Optional.empty();
    }

    synchronized void leave(String address, Optional<String> user, long headLength) {
        all--;
        heap.give(HeapBudget.Use.STREAMS, cost(headLength));
        byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        user.ifPresent(name -> byUser.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1));
    }

    private long cost(long headLength) {
        return streamBytes + headLength * BYTES_A_HEAD_CHARACTER;
    }

    private static Optional<Problem> refused(Refusal refusal, String detail) {
        return Optional.of(new Problem(refusal, detail));
    }
}
