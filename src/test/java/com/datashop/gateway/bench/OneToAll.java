package com.datashop.gateway.bench;

/// One event at a time to very many subscribers: when half of them have it, and when the last one has.
record OneToAll() implements Workload {
    private static final int EVENTS = 5;
    /// Until what a JVM has to compile for them is.
    private static final int WARM_UP_EVENTS = 20;

    @Override
    public String name() {
        return "one-to-all";
    }

    @Override
    public boolean suits(Contender contender) {
        return true;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        int streams = OpenFiles.streams(plan.streams(), contender);
        return new Loaded(this, contender.start(setup),
                target -> new Stage(target, 1, 1, streams, plan.dataBytes()), plan, into) {
            @Override
            public void warmUp() {
                for (int i = 0; i < WARM_UP_EVENTS; i++) publish();
            }

            @Override
            public void run() {
                for (int i = 0; i < EVENTS; i++) {
                    publish();
                    var latencies = stage.audience().latencies();
                    into.take(Figure.TO_ALL_P50, latencies.millis(0.5));
                    into.take(Figure.TO_ALL_LAST, latencies.max() / 1e6);
                }
            }

            private void publish() {
                stage.pace(1, 1, 0, 0.1);
                stage.drained(Stage.QUIET_SECONDS);
            }
        };
    }
}
