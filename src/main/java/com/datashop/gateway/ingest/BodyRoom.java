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

/// The heap for bodies under way: those that come in, and what is made of them until they are answered.
///
/// ```
///   ├─ receiving: a third ─┤─ working: the rest ─┤   of what the budget has for bodies
///     claimed in steps,       claimed once, when the body is whole,
///     by bodies that come     for all that will be made of it
/// ```
///
/// Two shares, so that bodies which are whole never wait for such as are not: each that has its claim on the working
/// share gets done. Who finds no room waits in line, for a short time: after an outage many shippers come at once, and
/// a moment later there is room.
///
/// A claim that holds more than has come, and is not new any more, gives back the rest when another waits. So a client
/// that announces much and sends little holds what it sent. A share that is empty takes one claim even when streams
/// have left nothing of the budget: else a node full of idle streams would take no publish.
public final class BodyRoom {
    /// How long to wait for room.
    public static final Duration PATIENCE = Duration.ofSeconds(2);
    /// From then on a claim holds only what has come.
    private static final Duration NEW = Duration.ofSeconds(1);
    /// How often the first in line looks whether there is room: others than bodies give back too, and claims get old.
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int RECEIVING_DIVISOR = 3;

    private final HeapBudget heap;
    private final long least;
    private final ReentrantLock lock = new ReentrantLock();
    private final Share receiving;
    private final Share working;
    private final Set<Claim> unearned = new LinkedHashSet<>();

    /// @param least what one body may take at any rate, in bytes: of the heap that the budget leaves free
    public BodyRoom(HeapBudget heap, long least) {
        this.heap = heap;
        this.least = least;
        receiving = new Share(heap.most(Use.BODIES) / RECEIVING_DIVISOR);
        working = new Share(heap.most(Use.BODIES) - receiving.most);
    }

    /// Claims room for a body that is to be received.
    ///
    /// @param bytes what will come, as far as it is known
    /// @param atOnce how many of them are held from the start, whether they come or not
    /// @throws Declined when there is no such room, now or ever
    public Claim receive(long bytes, long atOnce) throws Declined, InterruptedException {
        var claim = new Claim(receiving, atOnce);
        claim.raise(bytes);
        return claim;
    }

    /// Claims room for all that will be made of a body that is whole.
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

        /// Takes the bytes, in line behind those who came before.
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

    private void reclaim() {
        long now = System.nanoTime();
        unearned.removeIf(claim -> claim.giveUnearned(now));
    }

    /// The room of one body. It is for one thread.
    public final class Claim implements AutoCloseable {
        private final Share share;
        private final long since = System.nanoTime();
        private long held;
        private long earned;

        private Claim(Share share, long earned) {
            this.share = share;
            this.earned = earned;
        }

        /// Holds at least so many bytes; waits for them when there are not as many.
        ///
        /// @throws Declined when there is no such room, now or ever; what was held stays so
        public void raise(long bytes) throws Declined, InterruptedException {
            lock.lockInterruptibly();
            try {
                if (bytes <= held) return;
                if (bytes > alone())
                    throw new Declined(Reason.TOO_LARGE, "the body needs more of the heap than the " + alone()
                            + " bytes that bodies may take: send less at once");
                if (!share.takeInTurn(bytes - held))
                    throw new Declined(Reason.BODIES_FULL, "the bodies under way leave no room for this one")
                            .retryAfter(Declined.RETRY_SECONDS);
                held = bytes;
                if (earned < held) unearned.add(this);
            } finally {
                lock.unlock();
            }
        }

        /// So many bytes will now be held, which have come, or are about to: they are no longer another's.
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

        /// Holds no more than so many bytes from now on.
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

        /// Gives all of it back.
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
