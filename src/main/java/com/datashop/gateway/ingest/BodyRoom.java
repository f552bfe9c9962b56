package com.datashop.gateway.ingest;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;
import com.datashop.gateway.ingest.Declined.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The heap for bodies, from their first byte until the answer.
///
/// ```
///   ├─ receiving: a third ─┤─ working: the rest ─┤   of what the budget has for bodies
///     claimed in steps        claimed once, when the body is whole,
///     while a body arrives    for everything that is made of it
/// ```
///
/// There are two shares, so that a whole body never waits for a body that still arrives. A body that has a claim on the
/// working share will be finished. A body that finds no room waits in line for a short time. After an outage many
/// shippers come at once, and a moment later there is room.
///
/// A claim may hold more than the bytes that have come. Once the claim is older than a second, it gives back the
/// difference when another body waits. So a client that announces much and sends little holds only the bytes that it
/// sent.
///
/// An empty share takes one claim even when streams have used up the budget. Otherwise a node full of idle streams
/// could take no publish.
public final class BodyRoom {
    /// The longest wait for room.
    public static final Duration PATIENCE = Duration.ofSeconds(2);
    /// The age from which a claim holds only the bytes that have come, when another body waits.
    private static final Duration NEW = Duration.ofSeconds(1);
    /// The time after which the first in line looks for room again. Others than bodies give back room too, and claims
    /// get old.
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int RECEIVING_DIVISOR = 3;

    private final HeapBudget heap;
    private final long least;
    private final ReentrantLock lock = new ReentrantLock();
    private final Share receiving;
    private final Share working;
    private final Set<Claim> unearned = new LinkedHashSet<>();

    /// @param least the bytes that one body may always take, of the heap that the budget leaves free
    public BodyRoom(HeapBudget heap, long least) {
        this.heap = heap;
        this.least = least;
        receiving = new Share(heap.most(Use.BODIES) / RECEIVING_DIVISOR);
        working = new Share(heap.most(Use.BODIES) - receiving.most);
    }

    /// Claims room to receive a body.
    ///
    /// @param bytes the length of the body, as far as it is known
    /// @param atOnce the bytes of it that are held from the start, whether they come or not
    /// @throws Declined when there is no such room, now or ever
    public Claim receive(long bytes, long atOnce) throws Declined, InterruptedException {
        var claim = new Claim(receiving, atOnce);
        claim.raise(bytes);
        return claim;
    }

    /// Claims room for the work on a body that is whole.
    ///
    /// @throws Declined when there is no such room, now or ever
    public Claim work(long bytes) throws Declined, InterruptedException {
        var claim = new Claim(working, bytes);
        claim.raise(bytes);
        return claim;
    }

    /// A part of the room.
    private final class Share {
        private final long most;
        private final Deque<Condition> line = new ArrayDeque<>();
        private long taken;

        Share(long most) {
            this.most = most;
        }

        boolean take(long bytes) {
            if (taken == 0 && bytes <= alone()) heap.charge(Use.BODIES, bytes);
            else if (taken + bytes > most || !heap.take(Use.BODIES, bytes)) return false;
            taken += bytes;
            return true;
        }

        void give(long bytes) {
            if (bytes == 0) return;
            taken -= bytes;
            heap.give(Use.BODIES, bytes);
            if (!line.isEmpty()) line.peek().signal();
        }

        /// Takes the bytes, after waiting in line behind earlier bodies.
        ///
        /// @return whether there was room in time
        boolean takeInTurn(long bytes) throws InterruptedException {
            if (line.isEmpty() && take(bytes)) return true;
            var turn = lock.newCondition();
            line.add(turn);
            long end = System.nanoTime() + PATIENCE.toNanos();
            try {
                while (true) {
                    boolean first = line.peek() == turn;
                    if (first) reclaim();
                    if (first && take(bytes)) return true;
                    long left = end - System.nanoTime();
                    if (left <= 0) return false;
                    turn.await(first ? Math.min(left, LOOK.toNanos()) : left, TimeUnit.NANOSECONDS);
                }
            } finally {
                line.remove(turn);
                if (!line.isEmpty()) line.peek().signal();
            }
        }
    }

    private long alone() {
        return Math.max(heap.most(Use.BODIES), least);
    }

    private void requirePossible(long bytes) throws Declined {
        if (bytes > alone())
            throw new Declined(Reason.TOO_LARGE, "the body needs more of the heap than the " + alone()
                    + " bytes that bodies may take: send less at once");
    }

    private static Declined full() {
        return new Declined(Reason.BODIES_FULL, "the bodies under way leave no room for this one")
                .retryAfter(Declined.RETRY_SECONDS);
    }

    private void reclaim() {
        long now = System.nanoTime();
        unearned.removeIf(claim -> claim.giveUnearned(now));
    }

    /// The room of one body. It belongs to one thread.
    public final class Claim implements AutoCloseable {
        private final Share share;
        private final long since = System.nanoTime();
        private long held;
        private long earned;

        private Claim(Share share, long earned) {
            this.share = share;
            this.earned = earned;
        }

        /// Raises the claim to at least this number of bytes, and waits when there is no room yet.
        ///
        /// @throws Declined when there is no such room, now or ever; the claim then stays as it was
        public void raise(long bytes) throws Declined, InterruptedException {
            lock.lockInterruptibly();
            try {
                if (bytes <= held) return;
                requirePossible(bytes);
                if (!share.takeInTurn(bytes - held)) throw full();
                held = bytes;
                if (earned < held) unearned.add(this);
            } finally {
                lock.unlock();
            }
        }

        /// Raises the claim to at least this number of bytes, or fails at once.
        ///
        /// It is for a whole body that grows while it is read. Such a body must not wait: many of them, each holding a
        /// part, would wait for each other.
        ///
        /// @throws Declined when there is no such room, now or ever; the claim then stays as it was
        public void raiseNow(long bytes) throws Declined {
            lock.lock();
            try {
                if (bytes <= held) return;
                requirePossible(bytes);
                if (!share.line.isEmpty() || !share.take(bytes - held)) throw full();
                held = bytes;
                earned = bytes;
            } finally {
                lock.unlock();
            }
        }

        /// Notes that this number of bytes has come, or is about to come. Another body can no longer take back their
        /// room.
        ///
        /// @throws Declined when the claim was taken back, and there is no room now
        public void earn(long bytes) throws Declined, InterruptedException {
            raise(bytes);
            lock.lock();
            try {
                earned = Math.max(earned, bytes);
            } finally {
                lock.unlock();
            }
        }

        /// Lowers the claim to at most this number of bytes.
        public void lower(long bytes) {
            lock.lock();
            try {
                if (bytes >= held) return;
                share.give(held - bytes);
                held = bytes;
                earned = Math.min(earned, bytes);
                if (held == earned) unearned.remove(this);
            } finally {
                lock.unlock();
            }
        }

        /// Gives back the whole claim.
        @Override
        public void close() {
            lower(0);
        }

        private boolean giveUnearned(long now) {
            if (now - since < NEW.toNanos()) return false;
            share.give(held - earned);
            held = earned;
            return true;
        }
    }
}
