package com.datashop.gateway.bench;

/// A thousand channels with one subscriber each, 16 publishers at full speed: one by one, and in batches where a server takes them.
record ManyChannels() implements Workload {
    private static final int CHANNELS = 1000;
    private static final int PUBLISHERS = 16;
    private static final int BATCH = 100;
    /// So many events may be on their way, 20 for each channel; in batches 100.
    private static final long WINDOW = 20L * CHANNELS;
    private static final long BATCH_WINDOW = 100L * CHANNELS;

    @Override
    public String name() {
        return "channels";
    }

    @Override
    public void measure(Contender contender, Setup setup, Plan plan, Readings into) {
        try (var target = contender.start(setup); var stage = new Stage(target, CHANNELS, PUBLISHERS, 1, plan.dataBytes())) {
            measure(stage, 1, WINDOW, Figure.CHANNELS, plan, into);
            if (target.takesBatches()) measure(stage, BATCH, BATCH_WINDOW, Figure.CHANNELS_BATCH, plan, into);
            into.check(name(), stage.audience().audit(stage.published()));
        }
    }

    private static void measure(Stage stage, int batch, long window, Figure figure, Plan plan, Readings into) {
        stage.flood(PUBLISHERS, batch, window, Plan.nanoseconds(plan.warmUp()));
        stage.drained(5);
        for (int run = 0; run < plan.runs(); run++) {
            long before = stage.audience().received();
            long start = System.nanoTime();
            stage.flood(PUBLISHERS, batch, window, plan.nanoseconds());
            stage.drained(5);
            into.take(figure, (stage.audience().received() - before) * 1e9 / (stage.audience().lastReadAt() - start));
        }
    }
}
