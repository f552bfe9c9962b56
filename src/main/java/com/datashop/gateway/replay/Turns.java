package com.datashop.gateway.replay;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Decides who may read the past now: a few at a time, each for some milliseconds, those with the least time first.
///
/// ```
///            begin                    a turn ends                     end
///   OUTSIDE ───────▶ WAITING ─────────────────────────────▶ READING ──────▶ OUTSIDE
///      ▲                │    the one with the least time is next;
///      └────────────────┘    now and then the one that waits longest
///        half a second has passed
/// ```
///
/// So a short question is answered between long ones, and a long one is answered even while short ones keep coming.
/// Nobody waits longer than half a second in one go, because a stream must then show its client that it is alive.
public final class Turns {
    /// The length of a turn when others wait. A newcomer waits for one turn, too short a time for anyone to notice.
    private static final long TURN_NANOS = 4_000_000;
    /// The length of a turn when nobody waits. After it the reader looks after its client.
    private static final long LONGEST_NANOS = 100_000_000;
    /// A reader gives up after this time without a turn. It may ask again.
    private static final long PATIENCE_NANOS = 400_000_000;
    /// Every fourth turn goes to the one that waits longest.
    private static final int OLDEST_EVERY = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeSet<Turn> byTimeSpent = new TreeSet<>(
            Comparator.<Turn>comparingLong(turn -> turn.spent).thenComparingLong(turn -> turn.ticket));
    private final LinkedHashSet<Turn> byAge = new LinkedHashSet<>();
    /// The number of readers that may still begin.
    private int free;
    private long tickets;
    private long granted;
    /// Whether somebody waits. A reader asks this without the lock.
    private volatile boolean wanted;

    /// @param atOnce how many may read at the same time
    public Turns(int atOnce) {
        free = atOnce;
    }

    /// The turns of one more reader. They belong to one thread at a time.
    public Turn turn() {
        return new Turn();
    }

    /// Turns for half of the processors. The other half stays free for live streams.
    public static Turns ofProcessors() {
        return new Turns(processors());
    }

    /// The number of readers that may work at the same time on half of the processors; at least one.
    public static int processors() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private void leave(Turn turn) {
        byTimeSpent.remove(turn);
        byAge.remove(turn);
        wanted = !byAge.isEmpty();
    }

    private void handOver() {
        free++;
        if (byAge.isEmpty()) return;
        var next = ++granted % OLDEST_EVERY == 0 ? byAge.getFirst() : byTimeSpent.first();
        leave(next);
        free--;
        next.reading = true;
        next.called.signal();
    }

    /// The right of one reader to read. It takes and gives it back again and again.
    public final class Turn {
        private final Condition called = lock.newCondition();
        /// The time that its turns have taken since [#renew].
        private long spent;
        /// Orders readers with the same time spent: the lowest ticket is first. It is kept until the turn comes.
        private long ticket;
        private long began;
        private boolean reading;

        private Turn() { }

        /// Waits for the right to read, at most half a second.
        ///
        /// @return false when its turn has not come by then
        public boolean begin() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                if (free > 0 && byAge.isEmpty()) {
                    free--;
                    reading = true;
                } else {
                    await();
                }
                began = System.nanoTime();
                return reading;
            } finally {
                lock.unlock();
            }
        }

        private void await() throws InterruptedException {
            if (ticket == 0) ticket = ++tickets;
            byTimeSpent.add(this);
            byAge.add(this);
            wanted = true;
            try {
                for (long left = PATIENCE_NANOS; !reading && left > 0; ) left = called.awaitNanos(left);
            } catch (InterruptedException leaving) {
                if (reading) {
                    reading = false;
                    handOver();
                }
                throw leaving;
            } finally {
                if (reading) ticket = 0;
                else leave(this);
            }
        }

        /// Whether the turn has lasted long enough: others wait, or it is time for the reader to look after its client.
        public boolean isOver() {
            long lasted = System.nanoTime() - began;
            return lasted >= TURN_NANOS && wanted || lasted >= LONGEST_NANOS;
        }

        /// Gives the right back, if this reader has it.
        ///
        /// @return how long it had the right, in nanoseconds
        public long end() {
            lock.lock();
            try {
                if (!reading) return 0;
                long lasted = System.nanoTime() - began;
                spent += lasted;
                reading = false;
                handOver();
                return lasted;
            } finally {
                lock.unlock();
            }
        }

        /// Begins again without time spent, after a question was answered: the next question is a new one.
        public void renew() {
            spent = 0;
        }
    }
}
