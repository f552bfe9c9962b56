package com.datashop.gateway.bench;

/// Very many streams on which nothing happens but heartbeats: what those cost.
record Heartbeats() implements Workload {
    /// One of the gateway's intervals.
    private static final double SECONDS = 15;
    /// The first round, which is not yet compiled.
    private static final double SETTLING = 17;

    @Override
    public String name() {
        return "heartbeats";
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        var target = contender.start(setup);
        var audience = new Audience();
        return new Session() {
            @Override
            public void warmUp() {
                Idle.join(audience, target, OpenFiles.streams(plan.streams()));
                Audience.pause(Plan.nanoseconds(SETTLING));
            }

            @Override
            public void run() {
                double cpu = target.cost().cpuSeconds();
                long began = System.nanoTime();
                Audience.pause(Plan.nanoseconds(SECONDS));
                into.take(Figure.HEARTBEATS, (target.cost().cpuSeconds() - cpu) * 1e11 / (System.nanoTime() - began));
            }

            @Override
            public void close() {
                try (target; audience) {
                    into.check(name(), audience.tally());
                }
            }
        };
    }
}
