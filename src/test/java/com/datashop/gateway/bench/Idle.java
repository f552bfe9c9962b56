package com.datashop.gateway.bench;

import java.util.ArrayList;

/// Many streams on which nothing happens: what each costs.
record Idle() implements Workload {
    /// Streams that are there before, so that what is loaded once does not count against the others.
    private static final int FIRST = 1000;
    /// The streams on a channel.
    static final int EACH = 100;
    /// For what connecting leaves to be done, in nanoseconds.
    static final long SETTLING = 2_000_000_000;
    /// Within this the gateway has given back what it does not need while it idles, in nanoseconds.
    private static final long IDLING = 125_000_000_000L;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.FLOOR;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        int streams = OpenFiles.streams(plan.streams()) - FIRST;
        return new Session() {
            private boolean idled;

            /// On a server of its own each time: what one has grown to it does not give back.
            @Override
            public void run() {
                try (var target = contender.start(setup)) {
                    measure(target);
                }
            }

            private void measure(Target target) {
                try (var audience = new Audience()) {
                    join(audience, target, FIRST);
                    Audience.pause(SETTLING);
                    long heapBefore = target instanceof GatewayTarget gateway ? gateway.heapInUse() : 0;
                    long before = target.cost().residentBytes();
                    join(audience, target, streams);
                    Audience.pause(SETTLING);
                    into.take(Figure.RESIDENT, kilobytesEach(target.cost().residentBytes() - before));
                    if (target instanceof GatewayTarget gateway) {
                        if (!idled) idle(target, before);
                        into.take(Figure.HEAP, kilobytesEach(gateway.heapInUse() - heapBefore));
                    }
                    into.check(name(), audience.tally());
                }
            }

            /// Once: it takes its time.
            private void idle(Target target, long before) {
                Audience.pause(IDLING);
                into.take(Figure.RESIDENT_IDLE, kilobytesEach(target.cost().residentBytes() - before));
                idled = true;
            }

            private double kilobytesEach(long bytes) {
                return bytes / 1024.0 / streams;
            }
        };
    }

    /// The channel with this number, of those that [#join] uses.
    static String channel(int number) {
        return "idle-" + number;
    }

    /// Connects streams, a hundred on a channel; how long it took, in nanoseconds.
    static long join(Audience audience, Target target, int streams) {
        var newcomers = new ArrayList<Subscriber>();
        for (int i = 0; i < streams; i++)
            newcomers.add(new Subscriber(target.subscription(channel(i / EACH), null), 0, 0));
        return audience.join(target.streamPort(), newcomers, target.connectsAtOnce());
    }
}
