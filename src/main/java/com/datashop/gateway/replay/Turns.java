package com.datashop.gateway.replay;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Who may read the past now: a few at a time, each for some milliseconds, and first of all those who have had least.
///
/// ```
///            begin                    a turn ends                     end
///   OUTSIDE ───────▶ WAITING ─────────────────────────────▶ READING ──────▶ OUTSIDE
///      ▲                │    least time spent goes first,
///      └────────────────┘    and now and then who waits longest
///        half a second has passed
/// ```
///
/// So a short question is answered in between long ones, and a long one is still answered while short ones come without
/// end. Nobody waits for longer than half a second in one go: a stream then has to show its client that it is alive.
public final class Turns {
    /// A turn lasts so long when others wait: a newcomer waits for one of these, and no one sees that.
    private static final long TURN_NANOS = 4_000_000;
    /// A turn lasts so long when nobody waits, so that its reader looks after its client in between.
    private static final long LONGEST_NANOS = 100_000_000;
    /// Who waits gives up after so long, and may ask again.
    private static final long PATIENCE_NANOS = 400_000_000;
    /// Every so many turns the one who waits longest is next.
    private static final int OLDEST_EVERY = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeSet<Turn> byTimeSpent = new TreeSet<>(
            Comparator.<Turn>comparingLong(turn -> turn.spent).thenComparingLong(turn -> turn.ticket));
    private final LinkedHashSet<Turn> byAge = new LinkedHashSet<>();
    private int free;
    private long tickets;
    private long granted;
    private volatile boolean wanted;

    /// @param atOnce how many may read at the same time
    public Turns(int atOnce) {
        free = atOnce;
    }

    /// The turns of one more reader, which belong to one thread at a time.
    public Turn turn() {
        return new Turn();
    }

    /// Half the processors, so that the other half is left to those who live in the present.
    public static Turns ofProcessors() {
        return new Turns(processors());
    }

    /// How many readers may work at the same time without taking more than half the processors.
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

    /// One reader's right to read, which it takes and gives back again and again.
    public final class Turn {
        private final Condition called = lock.newCondition();
        private long spent;
        private long ticket;
        private long began;
        private boolean reading;

        private Turn() { }

        /// Waits for the right to read, at most half a second.
        ///
        /// @return false when it was not this one's turn by then
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

        /// Whether it has lasted long enough: others wait, or it is time to look around.
        public boolean isOver() {
            long lasted = System.nanoTime() - began;
            return lasted >= TURN_NANOS && wanted || lasted >= LONGEST_NANOS;
        }

        /// Gives the right back, if it has it.
        ///
        /// @return how long it had it, in nanoseconds
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

        /// What it asked has been answered: its next question is a new one.
        public void renew() {
            spent = 0;
        }
    }
}
