package com.datashop.gateway.bench;

import java.util.function.Function;

/// A session on one stage.
abstract class Loaded implements Workload.Session {
    private final String workload;
    final Target target;
    final Stage stage;
    final Plan plan;
    final Readings into;

    Loaded(Workload workload, Target target, Function<Target, Stage> stage, Plan plan, Readings into) {
        this.workload = workload.name();
        this.target = target;
        this.plan = plan;
        this.into = into;
        try {
            this.stage = stage.apply(target);
        } catch (RuntimeException | AssertionError failed) {
            target.close();
            throw failed;
        }
    }

    /// How far books go that are kept while something is done.
    final Books books() {
        return new Books(target, stage.audience().received());
    }

    @Override
    public void close() {
        try (target; stage) {
            stage.drained(Stage.QUIET_SECONDS);
            into.check(workload, stage.audience().audit(stage.published()));
        }
    }

    /// The state before a run: deliveries, processor time, the collector's pauses.
    final class Books {
        private final long received;
        private final double cpu;
        private final double pauses;
        private final long began = System.nanoTime();

        private Books(Target target, long received) {
            this.received = received;
            cpu = target.cost().cpuSeconds();
            pauses = target.pauseSeconds();
        }

        long deliveries() {
            return stage.audience().received() - received;
        }

        /// Up to when the last one came.
        double deliveriesPerSecond() {
            return deliveries() * 1e9 / (stage.audience().lastReadAt() - began);
        }

        double cpuMicrosPerDelivery() {
            return (target.cost().cpuSeconds() - cpu) * 1e6 / deliveries();
        }

        /// In % of the time since; NaN for who has no collector.
        double pausesPercent() {
            return (target.pauseSeconds() - pauses) * 1e11 / (System.nanoTime() - began);
        }
    }
}
