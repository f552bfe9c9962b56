package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;

/// The filter of all open streams that asked for an equal one. It looks at each event once for all of them.
///
/// A filter that only asks for a level is not shared, because the event itself remembers its level. A filter with one
/// stream looks for itself.
final class SharedFilter {
    private final Filter filter;
    private final Verdicts verdicts;
    private final boolean readsData;
    /// Verdicts name the filter by this number. So they do not hold the filter of streams that have ended.
    private final long number;
    private volatile int streams;

    SharedFilter(Filter filter, Verdicts verdicts, long number) {
        this.filter = filter;
        this.verdicts = verdicts;
        readsData = filter.readsData();
        this.number = number;
    }

    /// Whether the streams want the event.
    boolean accepts(Event event) {
        if (!readsData) return filter.accepts(event);
        return streams > 1 ? verdicts.of(event, this) : look(event);
    }

    /// Looks at the event.
    boolean look(Event event) {
        verdicts.looks().increment();
        return filter.accepts(event);
    }

    long number() {
        return number;
    }

    Filter filter() {
        return filter;
    }

    /// Counts one more stream. The caller holds the lock of [SharedFilters].
    SharedFilter joined() {
        streams = streams + 1;
        return this;
    }

    /// Counts one stream less. The caller holds the lock of [SharedFilters].
    ///
    /// @return null when no stream is left
    SharedFilter left() {
        streams = streams - 1;
        return streams == 0 ? null : this;
    }
}
