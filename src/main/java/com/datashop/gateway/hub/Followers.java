package com.datashop.gateway.hub;

import com.datashop.gateway.hub.rest.Deadline;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// The subscribers of one channel or pattern.
///
/// ```
///   add ──▶ at the end          remove ──▶ the last one takes the place        walk ◀── from the end to the beginning
/// ```
///
/// They are in an array, so a walk costs as much as there are followers now. A hash set would keep the size of its
/// largest day (measured, for one follower after a peak of 10,000: 3 against 15 µs for each event). The array is not
/// copied whenever one comes or goes: 10,000 that do would copy 400 MB under the hub's lock.
///
/// Only the holder of the hub's lock adds and removes. Any thread may walk. A removal moves a follower only towards the
/// beginning, and never past a walk. So a walk meets every follower that stays, and perhaps meets some twice.
final class Followers extends AbstractSet<Subscriber> implements Deadline.Sharers {
    private static final int LEAST = 4;
    /// More followers than this do not stay in the processor's cache from one event to the next.
    static final int CROWD = 2000;
    /// The followers that are prefetched together.
    private static final int TOGETHER = 8;

    private final Deadline deadline = new Deadline();
    private volatile Subscriber[] array = new Subscriber[1];
    private volatile int size;
    /// The sum of all that was prefetched. It has no meaning, and keeps the JVM from leaving the reading out.
    private long prefetched;

    /// The follower at a place of a walk from the beginning, under the hub's lock.
    ///
    /// It prefetches the followers of a crowd, some at a time. The processor then waits for all of them at once, and
    /// not for one after the other: the steps of an offer do not overlap with those of the next.
    Subscriber get(int place) {
        var all = array;
        if (place % TOGETHER == 0 && size > CROWD)
            for (int i = Math.min(place + TOGETHER, size) - 1; i >= place; i--) prefetched += all[i].prefetch();
        return all[place];
    }

    /// Adds a subscriber that is not there yet.
    @Override
    public boolean add(Subscriber subscriber) {
        int last = size;
        if (last == array.length) array = Arrays.copyOf(array, Math.max(LEAST, 2 * last));
        array[last] = subscriber;
        size = last + 1;
        return true;
    }

    @Override
    public boolean remove(Object subscriber) {
        var all = array;
        int last = size - 1;
        int place = last;
        while (place >= 0 && all[place] != subscriber) place--;
        if (place < 0) return false;
        all[place] = all[last];
        size = last; // Before the last one goes, so that a walk that begins now does not meet an empty place.
        all[last] = null;
        if (last > LEAST && last < all.length / 4) array = Arrays.copyOf(all, all.length / 2);
        return true;
    }

    @Override
    public boolean contains(Object subscriber) {
        for (var each : this) if (each == subscriber) return true;
        return false;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Iterator<Subscriber> iterator() {
        return new Walk(size, array);
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public void endRestsDueBy(long time) {
        for (var subscriber : this) subscriber.parking().endRestDueBy(time);
    }

    /// A walk from the end to the beginning. It skips the places of followers that have gone meanwhile.
    private static final class Walk implements Iterator<Subscriber> {
        private final Subscriber[] all;
        private int place;
        private Subscriber next;

        Walk(int size, Subscriber[] all) {
            this.all = all;
            place = Math.min(size, all.length);
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Subscriber next() {
            var subscriber = next;
            if (subscriber == null) throw new NoSuchElementException();
            advance();
            return subscriber;
        }

        private void advance() {
            next = null;
            while (next == null && place > 0) next = all[--place];
        }
    }
}
