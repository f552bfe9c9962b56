package com.datashop.gateway.bench;

/// A thousand channels with one subscriber each, 16 publishers at full speed: one by one, and in batches where a server
/// takes them.
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
    public boolean suits(Contender contender) {
        return contender != Contender.BARE;
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        return new Loaded(this, contender.start(setup),
                target -> new Stage(target, CHANNELS, PUBLISHERS, 1, plan.dataBytes()), plan, into) {
            @Override
            public void warmUp() {
                flood(1, WINDOW, plan.warmUp());
                if (target.takesBatches()) flood(BATCH, BATCH_WINDOW, plan.warmUp());
            }

            @Override
            public void run() {
                into.take(Figure.CHANNELS, flood(1, WINDOW, plan.seconds()));
                if (target.takesBatches()) into.take(Figure.CHANNELS_BATCH, flood(BATCH, BATCH_WINDOW, plan.seconds()));
            }

            /// Events a second that came, each to its one subscriber.
            private double flood(int batch, long window, double seconds) {
                var books = books();
                stage.flood(PUBLISHERS, batch, window, seconds);
                stage.drained(Stage.QUIET_SECONDS);
                return books.deliveriesPerSecond();
            }
        };
    }
}
