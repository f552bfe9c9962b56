package com.datashop.gateway.hub;

import com.datashop.gateway.metrics.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Gives streams with equal filters one filter. It keeps a filter as long as a stream has it.
///
/// Streams join and leave on their own threads, and not under the hub's lock: comparing long filters takes time.
final class SharedFilters {
    private final ConcurrentHashMap<Filter, SharedFilter> filters = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Verdicts verdicts;

    /// @param looks counts how often a filter looked at the data of an event
    SharedFilters(Counter looks) {
        verdicts = new Verdicts(looks);
    }

    /// The filter of a stream that begins.
    SharedFilter join(Filter filter) {
        if (!filter.readsData()) return new SharedFilter(filter, verdicts, 0);
        return filters.compute(filter, (_, known) -> (known == null ? open(filter) : known).joined());
    }

    /// Ends the stream's use of its filter.
    void leave(SharedFilter shared) {
        filters.computeIfPresent(shared.filter(), (_, known) -> known == shared ? known.left() : known);
    }

    private SharedFilter open(Filter filter) {
        return new SharedFilter(filter, verdicts, numbers.incrementAndGet());
    }
}
