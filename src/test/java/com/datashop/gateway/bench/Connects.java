package com.datashop.gateway.bench;

/// How fast streams connect: the first ones after a start, and the others in two halves.
record Connects() implements Workload {
    /// The JVM loads and compiles for these.
    private static final int FIRST = 1000;

    @Override
    public String name() {
        return "connects";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.FLOOR;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        int streams = (OpenFiles.streams(plan.streams()) - FIRST) / 2;
        return new Session() {
            /// On a server of its own each time: the first streams are those of a start.
            @Override
            public void run() {
                try (var target = contender.start(setup); var audience = new Audience()) {
                    into.take(Figure.FIRST_CONNECTS, Idle.join(audience, target, FIRST) / 1e9);
                    into.take(Figure.CONNECTS, rate(audience, target));
                    into.take(Figure.CONNECTS_WARM, rate(audience, target));
                    into.check(name(), audience.tally());
                }
            }

            private double rate(Audience audience, Target target) {
                return streams * 1e9 / Idle.join(audience, target, streams);
            }

            @Override
            public void close() { }
        };
    }
}
