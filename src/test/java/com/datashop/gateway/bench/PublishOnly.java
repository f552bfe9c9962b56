package com.datashop.gateway.bench;

/// Sixteen publishers at full speed with a channel each, and nobody who reads: one by one, and in batches where a server takes them.
record PublishOnly() implements Workload {
    private static final int PUBLISHERS = 16;
    private static final int BATCH = 100;

    @Override
    public String name() {
        return "publish";
    }

    @Override
    public void measure(Contender contender, Setup setup, Plan plan, Readings into) {
        try (var target = contender.start(setup); var stage = new Stage(target, PUBLISHERS, PUBLISHERS, 0, plan.dataBytes())) {
            flood(stage, 1, plan.warmUp(), into);
            for (int run = 0; run < plan.runs(); run++) {
                var publishing = flood(stage, 1, plan.seconds(), into);
                into.take(Figure.PUBLISH, publishing.eventsPerSecond());
                into.take(Figure.PUBLISH_P99, publishing.latencies().millis(0.99));
            }
            if (!target.takesBatches()) return;
            flood(stage, BATCH, plan.warmUp(), into);
            for (int run = 0; run < plan.runs(); run++) into.take(Figure.PUBLISH_BATCH, flood(stage, BATCH, plan.seconds(), into).eventsPerSecond());
        }
    }

    private Publishing flood(Stage stage, int batch, double seconds, Readings into) {
        var publishing = stage.flood(PUBLISHERS, batch, Long.MAX_VALUE / 2, Plan.nanoseconds(seconds));
        if (publishing.refused() > 0) into.remark(name() + ": " + publishing.refused() + " publishes refused");
        return publishing;
    }
}
