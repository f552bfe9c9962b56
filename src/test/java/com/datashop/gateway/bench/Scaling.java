package com.datashop.gateway.bench;

import com.datashop.gateway.bench.Plot.Point;
import com.datashop.gateway.bench.Plot.Series;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// How the gateway's figures grow with subscribers, channels, the size of events, idle streams, and processors.
final class Scaling {
    /// The names of the plots, in the order of benchmarks.md.
    static final List<String> NAMES = List.of("subscribers", "one-to-all", "channels", "size", "idle");

    private static final int[] POWERS = {1, 10, 100, 1000, 10_000};
    /// Closer where the curve bends, and as far as the limit on open files allows.
    private static final int[] SUBSCRIBERS = IntStream.of(1, 10, 100, 1000, 3000, 10_000, 20_000)
            .filter(subscribers -> subscribers <= 10_000 || OpenFiles.streams(subscribers) == subscribers).toArray();
    private static final int[] SIZES = {100, 400, 1600, 6400, 25_600, 65_536};
    private static final int SIZES_SUBSCRIBERS = 100;
    private static final int PUBLISHERS = 16;
    private static final int BATCH = 100;
    private static final int WINDOW = 250;
    /// The most bytes on their way to a subscriber, however large events are: half of the gateway's queue.
    private static final int WINDOW_BYTES = 128 << 10;
    private static final int SINGLE_EVENTS = 5;
    private static final List<String> CPUS = List.of("0", "0,1");

    private final Setup setup;
    private final Plan plan;
    private final Consumer<String> progress;

    /// @param progress told how it goes
    Scaling(Setup setup, Plan plan, Consumer<String> progress) {
        this.setup = setup;
        this.plan = plan;
        this.progress = progress;
    }

    /// Measures one of them.
    Plot plot(String name) {
        return switch (name) {
            case "subscribers" -> subscribers();
            case "one-to-all" -> toAll();
            case "channels" -> channels();
            case "size" -> sizes();
            case "idle" -> streams();
            default -> throw new IllegalArgumentException("no plot " + name);
        };
    }

    private Plot subscribers() {
        return new Plot("Fan-out of one channel at full speed", "subscribers", "deliveries a second",
                onCpus(cpus -> line(SUBSCRIBERS, subscribers -> {
            progress.accept("subscribers: " + subscribers + ", processors " + cpus);
            return fanOut(cpus, OpenFiles.streams(subscribers), plan.dataBytes(), WINDOW, 1);
        })));
    }

    private Plot toAll() {
        var series = new ArrayList<Series>();
        for (var cpus : CPUS) {
            var half = new ArrayList<Point>();
            var last = new ArrayList<Point>();
            for (int subscribers : SUBSCRIBERS) {
                progress.accept("one event to all: " + subscribers + ", processors " + cpus);
                try (var target = Contender.GATEWAY.start(setup.on(cpus));
                        var stage = new Stage(target, 1, 1, OpenFiles.streams(subscribers), plan.dataBytes())) {
                    var halves = new ArrayList<Double>();
                    var lasts = new ArrayList<Double>();
                    for (int i = -SINGLE_EVENTS; i < SINGLE_EVENTS * plan.runs(); i++) {
                        stage.pace(1, 1, 0, 0.1);
                        stage.drained(Stage.QUIET_SECONDS);
                        if (i < 0) continue; // to warm up
                        halves.add(stage.audience().latencies().millis(0.5));
                        lasts.add(stage.audience().latencies().max() / 1e6);
                    }
                    half.add(point(subscribers, halves));
                    last.add(point(subscribers, lasts));
                }
            }
            series.add(new Series("half, " + title(cpus), half));
            series.add(new Series("the last, " + title(cpus), last));
        }
        return new Plot("One event to all subscribers of a channel", "subscribers", "ms", series);
    }

    private Plot channels() {
        var series = new ArrayList<Series>();
        for (int batch : new int[] {1, BATCH}) {
            for (var cpus : CPUS) {
                series.add(new Series((batch == 1 ? "one by one, " : "in batches of " + batch + ", ") + title(cpus),
                        line(POWERS, channels -> {
                    progress.accept("channels: " + channels + ", batches of " + batch + ", processors " + cpus);
                    int open = OpenFiles.streams(channels);
                    try (var target = Contender.GATEWAY.start(setup.on(cpus));
                            var stage = new Stage(target, open, PUBLISHERS, 1, plan.dataBytes())) {
                        return deliveries(stage, PUBLISHERS, batch, Math.max(WINDOW, (batch == 1 ? 20L : 100L) * open));
                    }
                })));
            }
        }
        return new Plot("Channels with one subscriber each, 16 publishers at full speed", "channels",
                "events a second", series);
    }

    private Plot sizes() {
        var title = "Fan-out to " + SIZES_SUBSCRIBERS + " subscribers by the size of an event";
        return new Plot(title, "bytes of an event", "MB a second", onCpus(cpus -> line(SIZES, size -> {
            progress.accept("size: " + size + ", processors " + cpus);
            return fanOut(cpus, SIZES_SUBSCRIBERS, size, Math.clamp(WINDOW_BYTES / size, 2, WINDOW), size / 1e6);
        })));
    }

    private Plot streams() {
        var points = line(POWERS, streams -> {
            progress.accept("idle streams: " + streams);
            var taken = new ArrayList<Double>();
            for (int run = 0; run < plan.runs(); run++) {
                try (var target = Contender.GATEWAY.start(setup); var audience = new Audience()) {
                    Idle.join(audience, target, OpenFiles.streams(streams));
                    Audience.pause(Idle.SETTLING);
                    taken.add(target.cost().residentBytes() / 1048576.0);
                }
            }
            return taken;
        });
        return new Plot("Resident memory of the gateway", "idle streams", "MiB",
                List.of(new Series("as it comes", points)));
    }

    private List<Double> fanOut(String cpus, int subscribers, int dataBytes, int window, double unit) {
        try (var target = Contender.GATEWAY.start(setup.on(cpus));
                var stage = new Stage(target, 1, 1, subscribers, dataBytes)) {
            return deliveries(stage, 1, 1, window).stream().map(rate -> rate * unit).toList();
        }
    }

    /// Deliveries a second, run by run.
    private List<Double> deliveries(Stage stage, int publishers, int batch, long window) {
        stage.flood(publishers, batch, window, plan.warmUp());
        stage.drained(Stage.QUIET_SECONDS);
        var taken = new ArrayList<Double>();
        for (int run = 0; run < plan.runs(); run++) {
            long before = stage.audience().received();
            long began = System.nanoTime();
            stage.flood(publishers, batch, window, plan.seconds());
            stage.drained(Stage.QUIET_SECONDS);
            taken.add((stage.audience().received() - before) * 1e9 / (stage.audience().lastReadAt() - began));
        }
        var tally = stage.audience().audit(stage.published());
        if (!tally.isClean()) progress.accept("  " + tally.faults());
        return taken;
    }

    private List<Series> onCpus(Function<String, List<Point>> line) {
        return CPUS.stream().map(cpus -> new Series(title(cpus), line.apply(cpus))).toList();
    }

    /// A point that cannot be measured is left out.
    private List<Point> line(int[] xs, IntFunction<List<Double>> measured) {
        var points = new ArrayList<Point>();
        for (int x : xs) {
            try {
                points.add(point(x, measured.apply(x)));
            } catch (RuntimeException | AssertionError failed) {
                progress.accept("  failed: " + failed.getMessage());
            }
        }
        return points;
    }

    private static Point point(double x, List<Double> taken) {
        return new Point(x, Numbers.median(taken), Collections.min(taken), Collections.max(taken));
    }

    private static String title(String cpus) {
        return cpus.contains(",") ? cpus.split(",").length + " processors" : "1 processor";
    }
}
