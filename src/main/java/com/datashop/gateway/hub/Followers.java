package com.datashop.gateway.hub;

import com.datashop.gateway.hub.rest.Watch;
import java.util.concurrent.CopyOnWriteArraySet;

/// Those who follow one channel or pattern.
///
/// An array that is copied when one comes or goes: walking it costs what is in it, where a hash set keeps the size of its best day (measured: 3 against 15 µs an event
/// for one follower, after a peak of 10,000).
final class Followers extends CopyOnWriteArraySet<Subscriber> implements Watch.Resting {
    private static final long serialVersionUID = 1L;

    private final transient Watch watch = new Watch();

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public void endRestsBefore(long time) {
        for (var subscriber : this) subscriber.parking().endRestBefore(time);
    }
}
