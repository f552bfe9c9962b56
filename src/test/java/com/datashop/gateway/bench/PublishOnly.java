package com.datashop.gateway.bench;

/// Sixteen publishers at full speed with a channel each, and nobody who reads: one by one, and in batches where a
/// server takes them.
record PublishOnly() implements Workload {
    private static final int PUBLISHERS = 16;
    private static final int BATCH = 100;

    @Override
    public String name() {
        return "publish";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender != Contender.BARE;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        return new Loaded(this, contender.start(setup),
                target -> new Stage(target, PUBLISHERS, PUBLISHERS, 0, plan.dataBytes()), plan, into) {
            @Override
            public void warmUp() {
                flood(1, plan.warmUp());
                if (target.takesBatches()) flood(BATCH, plan.warmUp());
            }

            @Override
            public void run() {
                var publishing = flood(1, plan.seconds());
                into.take(Figure.PUBLISH, publishing.eventsPerSecond());
                into.take(Figure.PUBLISH_P99, publishing.latencies().millis(0.99));
                if (target.takesBatches())
                    into.take(Figure.PUBLISH_BATCH, flood(BATCH, plan.seconds()).eventsPerSecond());
            }

            private Publishing flood(int batch, double seconds) {
                var publishing = stage.flood(PUBLISHERS, batch, Stage.NO_WINDOW, seconds);
                if (publishing.refused() > 0) into.remark(name() + ": " + publishing.refused() + " publishes refused");
                return publishing;
            }
        };
    }
}
