package com.datashop.gateway.http.access;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.access.Admission.Seat;
import com.datashop.gateway.hub.Probing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Limits the streams: in all, from one address, and of one user.
///
/// A new stream over a limit is refused. An old one is never ended to make room: its client would come back at once,
/// again and again.
///
/// The stream of a client that has left should not count. But only a write shows that a client has left ([Probing]). So
/// a newcomer at a limit waits while the gateway probes the streams that share the limit:
///
/// ```
///   newcomer ─▶ limit ─▶ probe, wait ── 300 ms, all have written, and no seat became free ──▶ refused
///                          └──── as soon as a seat is free: let in
/// ```
///
/// A newcomer waits longer, but never longer than three seconds, while streams have not written yet, or while seats
/// become free. Both happen when all clients were cut at once.
///
/// When many clients come back at once, the gateway looks in the same way for the streams that they have left behind,
/// even if no limit is near.
public final class ConnectionLimits {
    /// The heap for a character of a head. The head is kept as text, whole and in parts, until the stream ends.
    private static final int BYTES_A_HEAD_CHARACTER = 4;
    private static final long MILLISECOND = 1_000_000;
    /// The time after which a newcomer probes for itself, when another had just probed.
    private static final long FIRST_LOOK = 50 * MILLISECOND;
    private static final long WAIT = 300 * MILLISECOND;
    /// The time between two looks after that. It is long, because thousands may wait.
    private static final long LOOK = 500 * MILLISECOND;
    /// After a seat has become free, another one may within this time.
    private static final long NEXT_FREE = 200 * MILLISECOND;
    private static final long LONGEST_WAIT = 3000 * MILLISECOND;

    private final int max;
    private final HeapBudget heap;
    private final long streamBytes;
    private final int maxPerAddress;
    private final int maxPerUser;
    private final int maxWaiting;
    private final ReentrantLock lock = new ReentrantLock();
    // The lock guards all fields below.
    private final StreamGroup node = new StreamGroup(false, System.nanoTime());
    private final Map<String, StreamGroup> byAddress = new HashMap<>();
    private final Map<String, StreamGroup> byUser = new HashMap<>();
    private final ProbeBudget budget = new ProbeBudget(System.nanoTime());
    private final Returns returns = new Returns(System.nanoTime());
    private int waiting;

    /// @param heap the budget that streams share with everything else that clients make this node hold
    /// @param streamBytes the heap that each stream counts for, without its head
    /// @param maxPerAddress 0 for no limit
    /// @param maxPerUser 0 for no limit
    /// @param maxWaiting how many newcomers may wait for a seat; each of them holds a connection meanwhile
    public ConnectionLimits(int max, HeapBudget heap, long streamBytes, int maxPerAddress, int maxPerUser,
            int maxWaiting) {
        this.max = max;
        this.heap = heap;
        this.streamBytes = streamBytes;
        this.maxPerAddress = maxPerAddress;
        this.maxPerUser = maxPerUser;
        this.maxWaiting = maxWaiting;
    }

    /// The most streams in all, if their heads are small.
    public int max() {
        return max;
    }

    /// Takes a seat. At a limit it first looks for clients that have left, for three seconds at the most.
    ///
    /// @param user empty when the user is not proven: else anyone could use up a user's seats by writing that name
    /// @param headLength the characters of the request's head
    public Admission enter(String address, Optional<String> user, long headLength) throws InterruptedException {
        var seat = new Seat(address, user, streamBytes + headLength * BYTES_A_HEAD_CHARACTER);
        lock.lock();
        try {
            var limit = take(seat);
            if (limit == null) return seat;
            if (waiting >= maxWaiting || !heap.take(HeapBudget.Use.REPLIES, seat.bytes)) {
                probe(new Search(seat), limit); // Later newcomers find the seats free.
                return new Admission.Refused(limit.problem(), true);
            }
            waiting++;
            try {
                limit = awaitSeat(seat, limit);
            } finally {
                waiting--;
                heap.give(HeapBudget.Use.REPLIES, seat.bytes);
            }
            return limit == null ? seat : new Admission.Refused(limit.problem(), false);
        } finally {
            forget(byAddress, address);
            if (user.isPresent()) forget(byUser, user.get());
            lock.unlock();
        }
    }

    /// Notes that a client has come back to a stream that was cut. If many have, it looks for the streams they left.
    public void returned() {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (!returns.areManyWithOneMore(node.size(), now)) return;
            if (budget.take((long) node.size() * Probing.WRITES, false, now)) probeGroup(node, returns.began(), now);
        } finally {
            lock.unlock();
        }
    }

    /// Gives the seat back.
    public void leave(Seat seat) {
        lock.lock();
        try {
            long now = System.nanoTime();
            heap.give(HeapBudget.Use.STREAMS, seat.bytes);
            node.remove(seat, now);
            remove(byAddress, seat.address, seat, now);
            if (seat.user.isPresent()) remove(byUser, seat.user.get(), seat, now);
        } finally {
            lock.unlock();
        }
    }

    /// Takes the seat, and returns null; or returns the limit that forbids it.
    private Limit take(Seat seat) {
        if (node.size() >= max) return Limit.NODE;
        if (maxPerAddress > 0 && size(byAddress, seat.address) >= maxPerAddress) return Limit.ADDRESS;
        if (maxPerUser > 0 && seat.user.isPresent() && size(byUser, seat.user.get()) >= maxPerUser) return Limit.USER;
        if (!heap.take(HeapBudget.Use.STREAMS, seat.bytes)) return Limit.HEAP;
        node.add(seat);
        group(byAddress, seat.address).add(seat);
        if (seat.user.isPresent()) group(byUser, seat.user.get()).add(seat);
        return null;
    }

    /// Waits for a seat, and looks for clients that have left. It returns the limit that still forbids a seat, or null.
    private Limit awaitSeat(Seat seat, Limit first) throws InterruptedException {
        var search = new Search(seat);
        var limit = first;
        probe(search, limit);
        limit = take(seat);
        while (limit != null) {
            var group = groups(seat, limit).getLast();
            long now = System.nanoTime();
            long waited = now - search.begin;
            boolean mayBecomeFree = now - group.freedAt() < NEXT_FREE || group.isProbing(now);
            if (waited >= (mayBecomeFree ? LONGEST_WAIT : WAIT)) return limit;
            long next = waited < FIRST_LOOK ? FIRST_LOOK : waited < WAIT ? WAIT : Math.min(waited + LOOK, LONGEST_WAIT);
            group.await(next - waited, lock);
            limit = take(seat);
            if (limit != null) probe(search, limit); // It may be another limit now.
        }
        return null;
    }

    /// Probes the streams that share the limit, first those whose clients have most likely left.
    ///
    /// It leaves out streams that came after the search began.
    private void probe(Search search, Limit limit) {
        for (var group : groups(search.seat, limit)) {
            long now = System.nanoTime();
            if (search.mayProbe(group, budget, now)) probeGroup(group, search.begin, now);
        }
    }

    /// Probes the streams that came before a time. It releases the lock meanwhile, because there may be many streams.
    private void probeGroup(StreamGroup group, long before, long now) {
        var seats = group.toProbe(before, now);
        lock.unlock();
        try {
            for (var seat : seats) seat.probe();
        } finally {
            lock.lock();
        }
    }

    /// The groups in which the gateway looks for clients that have left. The full group is the last.
    private List<StreamGroup> groups(Seat seat, Limit limit) {
        var groups = new ArrayList<StreamGroup>(3);
        if (limit != Limit.USER) groups.add(byAddress.get(seat.address));
        if (limit != Limit.ADDRESS && seat.user.isPresent()) groups.add(byUser.get(seat.user.get()));
        if (limit == Limit.NODE || limit == Limit.HEAP) groups.add(node);
        groups.removeIf(Objects::isNull);
        return groups;
    }

    private static StreamGroup group(Map<String, StreamGroup> groups, String name) {
        return groups.computeIfAbsent(name, _ -> new StreamGroup(true, System.nanoTime()));
    }

    private static int size(Map<String, StreamGroup> groups, String name) {
        var group = groups.get(name);
        return group == null ? 0 : group.size();
    }

    private static void remove(Map<String, StreamGroup> groups, String name, Seat seat, long now) {
        var group = groups.get(name);
        group.remove(seat, now);
        forget(groups, name);
    }

    private static void forget(Map<String, StreamGroup> groups, String name) {
        groups.computeIfPresent(name, (_, group) -> group.isUnused() ? null : group);
    }

    /// A limit on streams.
    private enum Limit {
        NODE(Refusal.NODE_FULL, "there are as many streams as MAX_CONNECTIONS allows"),
        HEAP(Refusal.NODE_FULL, "there are as many streams as the heap has room for"),
        ADDRESS(Refusal.ADDRESS_LIMIT, "there are as many streams from this address as MAX_CONNECTIONS_PER_IP allows"),
        USER(Refusal.USER_LIMIT, "there are as many streams of this user as MAX_CONNECTIONS_PER_USER allows");

        private final Refusal refusal;
        private final String detail;

        Limit(Refusal refusal, String detail) {
            this.refusal = refusal;
            this.detail = detail;
        }

        Problem problem() {
            return new Problem(refusal, detail);
        }
    }

    /// One newcomer's search for clients that have left.
    private static final class Search {
        private final long begin = System.nanoTime();
        private final Seat seat;
        private final List<StreamGroup> probed = new ArrayList<>(3);

        Search(Seat seat) {
            this.seat = seat;
        }

        /// Takes the writes to probe the group from the budget; false when the group should not be probed now.
        ///
        /// A search probes a group once, and not right after another search.
        boolean mayProbe(StreamGroup group, ProbeBudget budget, long now) {
            if (probed.contains(group) || group.sharesProbe(now)) return false;
            if (!budget.take((long) group.size() * Probing.WRITES, group.isUrgent(), now)) return false;
            probed.add(group);
            return true;
        }
    }
}
