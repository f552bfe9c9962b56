package com.datashop.gateway.http.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Keeps the few greatest of many, in one pass.
///
/// It lets other virtual threads run in between, because these are not time-sliced.
final class Top<T> {
    private static final int CHUNK = 1024;

    private final int size;
    private final Comparator<? super T> order;
    private final PriorityQueue<T> kept;
    private int seen;

    Top(int size, Comparator<? super T> order) {
        this.size = size;
        this.order = order;
        kept = new PriorityQueue<>(order);
    }

    /// Counts an element that need not be kept.
    void pass() {
        if (++seen % CHUNK == 0) Thread.yield();
    }

    void offer(T one) {
        pass();
        if (kept.size() < size) {
            kept.add(one);
        } else if (order.compare(one, kept.peek()) > 0) {
            kept.remove();
            kept.add(one);
        }
    }

    /// The greatest ones, the greatest first.
    List<T> descending() {
        var all = new ArrayList<>(kept);
        all.sort(order.reversed());
        return all;
    }
}
