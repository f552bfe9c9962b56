package com.datashop.gateway.bench;

import com.datashop.gateway.bench.Plot.Point;
import com.datashop.gateway.bench.Plot.Series;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// How questions about the past grow with the size of a log on disk and with its channels.
///
/// It fills the logs, opens each with a gateway as it is shipped, and deletes them. Logs in a folder that the user
/// names stay. So they can be filled at one time, and measured at another.
final class LookingBack {
    static final String NAME = "past";
    static final List<Kind> KINDS = List.of(new Kind(100, 100), new Kind(1024, 100), new Kind(4096, 100),
            new Kind(100, 10_000), new Kind(1024, 10_000), new Kind(4096, 10_000), new Kind(100, 1_000_000),
            new Kind(1024, 1_000_000), new Kind(4096, 1_000_000));
    /// Questions of a kind that are asked before those that count.
    private static final int WARM_UP = 3;
    private static final int QUESTIONS = 9;
    private static final int STARTS = 3;
    private static final int PUBLISHERS = 16;
    private static final int BATCH = 100;
    /// More segments than are filled meanwhile.
    private static final int SEGMENTS = 2000;

    private final Setup setup;
    private final Plan plan;
    private final Consumer<String> progress;
    private final Path directory;
    private final Map<Line, List<Point>> lines = new LinkedHashMap<>();

    /// @param directory where the logs are; they take 17 GB
    /// @param progress told how it goes
    LookingBack(Setup setup, Plan plan, Path directory, Consumer<String> progress) {
        this.setup = setup;
        this.plan = plan;
        this.directory = directory;
        this.progress = progress;
    }

    private enum Question {
        START("start"), TAIL("tail=100"), SINCE("since=1h"), FILTER("q, not found");

        private final String title;

        Question(String title) {
            this.title = title;
        }
    }

    private record Line(Question question, int channels) {
        String title() {
            return question.title + ", " + Numbers.text(channels) + " channels";
        }
    }

    /// A log.
    record Kind(int mebibytes, int channels) {
        PastLog log(Path directory) {
            return PastLog.of(directory.resolve(mebibytes + "-" + channels), (long) mebibytes << 20, channels);
        }
    }

    /// Fills the logs that are not there.
    void fill(List<Kind> kinds) {
        for (var kind : kinds) {
            progress.accept("fills " + kind);
            kind.log(directory);
        }
    }

    Plot plot(List<Kind> kinds) {
        for (var kind : kinds) {
            for (var question : Question.values())
                lines.computeIfAbsent(new Line(question, kind.channels), _ -> new ArrayList<>());
            progress.accept("past: " + kind);
            try {
                measure(kind.log(directory));
            } catch (RuntimeException | AssertionError failed) {
                progress.accept("  failed: " + failed.getMessage());
            }
        }
        var series = new ArrayList<Series>();
        lines.forEach((line, points) -> series.add(new Series(line.title(), points)));
        return new Plot("Looking back by the size of the log and its channels", "MiB of log", "ms", series);
    }

    /// The numbers of the plot: a row for each log, and a column for each question.
    static String table(Plot plot, List<Kind> kinds) {
        var table = new StringBuilder("| log, MiB | channels |");
        for (var question : Question.values()) table.append(' ').append(question.title).append(", ms |");
        table.append("\n| ---: | ---: |").append(" ---: |".repeat(Question.values().length)).append('\n');
        for (var kind : kinds) {
            table.append("| ").append(kind.mebibytes).append(" | ").append(kind.channels).append(" |");
            for (var question : Question.values()) {
                var title = new Line(question, kind.channels).title();
                var points = plot.series().stream().filter(line -> line.name().equals(title))
                        .flatMap(line -> line.points().stream()).filter(point -> point.x() == kind.mebibytes);
                table.append(' ').append(points.findFirst().map(Point::toString).orElse("")).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private void measure(PastLog log) {
        var starts = new ArrayList<Double>();
        for (int i = 0; i < STARTS; i++) {
            long began = System.nanoTime();
            try (var gateway = start(log)) {
                starts.add((System.nanoTime() - began) / 1e6);
                if (i == STARTS - 1) ask(log, gateway.client());
            }
        }
        take(Question.START, log, starts);
    }

    private GatewayTarget start(PastLog log) {
        return GatewayTarget.start(setup, log.arguments().toArray(String[]::new));
    }

    private void ask(PastLog log, Client client) {
        int newest = Math.min(100, log.quiet());
        take(Question.TAIL, log, timed(_ -> {
            try (var stream = client.follow("logs:etl:past:quiet&tail=100")) {
                stream.logs(newest);
            }
        }));
        take(Question.SINCE, log, timed(i -> page(client, i % log.channels(), "since=" + log.lastHour())));
        take(Question.FILTER, log, timed(i -> page(client, i % log.channels(), "q=nowhere&limit=100")));
    }

    /// Deletes the logs.
    void delete(List<Kind> kinds) {
        for (var kind : kinds) kind.log(directory).delete();
    }

    private static void page(Client client, int channel, String parameters) {
        var reply = client.get("/api/logs/events?channels=" + PastLog.channel(channel) + "&" + parameters);
        if (reply.statusCode() != 200) throw new IllegalStateException(parameters + ": " + reply.body());
    }

    /// How long it takes, time after time, in milliseconds.
    private static List<Double> timed(IntConsumer question) {
        var taken = new ArrayList<Double>();
        for (int i = -WARM_UP; i < QUESTIONS; i++) {
            long began = System.nanoTime();
            question.accept(i + WARM_UP);
            if (i >= 0) taken.add((System.nanoTime() - began) / 1e6);
        }
        return taken;
    }

    private void take(Question question, PastLog log, List<Double> taken) {
        var point = new Point(log.bytes() >> 20, Numbers.median(taken), Collections.min(taken), Collections.max(taken));
        progress.accept("  " + question.title + ": " + point + " ms");
        lines.get(new Line(question, log.channels())).add(point);
    }

    /// How long a gateway with an empty log takes to start, in a line: what a start costs without a past.
    String emptyStart() {
        var taken = new ArrayList<Double>();
        var data = directory.resolve("empty");
        for (int i = -1; i < STARTS; i++) {
            long began = System.nanoTime();
            try (var gateway = start(data)) {
                if (i >= 0 && gateway.streamPort() > 0) taken.add((System.nanoTime() - began) / 1e6);
            }
        }
        Directories.delete(data);
        return "A start with an empty log: " + Numbers.text(Numbers.median(taken)) + " ms.";
    }

    /// The cost of the index for publishers, in a line: events a second with it and without, in pairs.
    String publishing() {
        var with = directory.resolve("with");
        var without = directory.resolve("without");
        var rates = new ArrayList<Double>();
        var others = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        try (var indexed = start(with); var plain = obstructed(without);
                var stage = stage(indexed); var other = stage(plain)) {
            for (int run = -1; run < 2 * plan.runs(); run++) {
                double rate = run % 2 == 0 ? rate(stage) : 0;
                double otherRate = rate(other);
                if (run % 2 != 0) rate = rate(stage);
                if (run < 0) continue; // to warm up
                rates.add(rate);
                others.add(otherRate);
                ratios.add(rate / otherRate);
                progress.accept("  publishing: " + Numbers.text(rate) + " with, " + Numbers.text(otherRate)
                        + " without the index");
            }
            if (indexes(with) == 0 || indexes(without) > 0)
                throw new IllegalStateException("the one must have indexes, and the other none");
        } finally {
            Directories.delete(with);
            Directories.delete(without);
        }
        return "Publishing in batches of " + BATCH + ", " + PUBLISHERS + " connections: "
                + Numbers.text(Numbers.median(rates)) + " events/s with the index, "
                + Numbers.text(Numbers.median(others)) + " without; in pairs "
                + Numbers.text(Numbers.median(ratios)) + " times (" + Numbers.text(Collections.min(ratios)) + " - "
                + Numbers.text(Collections.max(ratios)) + ").";
    }

    private GatewayTarget start(Path data) {
        Directories.delete(data);
        return GatewayTarget.start(setup, "--data-dir", data.toString());
    }

    private Stage stage(Target target) {
        return new Stage(target, PUBLISHERS, PUBLISHERS, 0, plan.dataBytes());
    }

    private double rate(Stage stage) {
        return stage.flood(PUBLISHERS, BATCH, Stage.NO_WINDOW, plan.seconds()).eventsPerSecond();
    }

    /// Starts one that can write no index: under each name that it would take there is a folder.
    ///
    /// A gateway deletes indexes that belong to no segment once, right after its start.
    private GatewayTarget obstructed(Path data) {
        Directories.delete(data);
        try {
            Files.createDirectories(data);
            var strange = Files.createFile(data.resolve(String.format("%016d.idx", SEGMENTS)));
            var gateway = GatewayTarget.start(setup, "--data-dir", data.toString());
            Await.until("what is left over to be deleted", () -> Files.notExists(strange));
            for (int i = 1; i < SEGMENTS; i++) // Empty folders would be deleted.
                Files.createDirectories(data.resolve(String.format("%016d.idx", i)).resolve("full"));
            return gateway;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static long indexes(Path data) {
        try (var files = Files.list(data)) {
            return files.filter(file -> file.toString().endsWith(".idx") && Files.isRegularFile(file)).count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
