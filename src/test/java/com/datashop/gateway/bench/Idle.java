package com.datashop.gateway.bench;

import java.util.ArrayList;

/// Many streams on which nothing happens: how fast they connect, and what each costs.
record Idle() implements Workload {
    /// Streams that come and go before, so that what is loaded once does not count as theirs.
    private static final int FIRST = 500;
    private static final long SETTLING = 2_000_000_000;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.FLOOR;
    }

    @Override
    public void measure(Contender contender, Setup setup, Plan plan, Readings into) {
        for (int run = 0; run < plan.runs(); run++) {
            try (var target = contender.start(setup)) {
                try (var audience = new Audience()) {
                    join(audience, target, FIRST);
                }
                Audience.pause(SETTLING);
                long heapBefore = target instanceof GatewayTarget gateway ? gateway.heapInUse() : 0;
                long before = target.cost().residentBytes();
                try (var audience = new Audience()) {
                    into.take(Figure.CONNECTS, plan.streams() * 1e9 / join(audience, target, plan.streams()));
                    Audience.pause(SETTLING);
                    into.take(Figure.RESIDENT, kilobytes(target.cost().residentBytes() - before, plan));
                    if (!(target instanceof GatewayTarget gateway)) continue;
                    into.take(Figure.HEAP, kilobytes(gateway.heapInUse() - heapBefore, plan));
                    into.take(Figure.RESIDENT_COLLECTED, kilobytes(target.cost().residentBytes() - before, plan));
                }
            }
        }
    }

    private static double kilobytes(long bytes, Plan plan) {
        return bytes / 1024.0 / plan.streams();
    }

    /// How long it took, in nanoseconds.
    private static long join(Audience audience, Target target, int streams) {
        var newcomers = new ArrayList<Subscriber>();
        for (int i = 0; i < streams; i++) newcomers.add(new Subscriber(target.subscription("idle-" + i % 100, null), 0, 0));
        return audience.join(target.streamPort(), newcomers, target.connectsAtOnce());
    }
}
