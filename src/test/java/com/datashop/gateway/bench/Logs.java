package com.datashop.gateway.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The gateway over each kind of log, through HTTP: `scripts/bench --only logs`.
///
/// It starts each broker itself, measures one kind after the other, and makes one table of all.
final class Logs {
    static final String NAME = "logs";
    private static final int FEW = 16;
    private static final int MANY = 128;
    private static final int CROWD = 1024;
    private static final int BATCH = 100;
    /// So short that all kinds together take three minutes.
    private static final Plan PLAN = new Plan(3, 1.5, 2, 0, 0, Plan.FULL.dataBytes());

    private final Setup setup;
    private final Plan plan;
    private final Consumer<String> progress;
    private final Map<LogKind, Map<Row, List<Double>>> readings = new EnumMap<>(LogKind.class);
    private final List<String> notes = new ArrayList<>();

    /// The rows of the table.
    private enum Row {
        ONE_P50("one connection, one event at a time: p50 of the answer, ms"),
        FEW_RATE(FEW + " connections, one event at a time, events/s"),
        FEW_P99("the same: p99 of the answer, ms"),
        MANY_RATE(MANY + " connections, one event at a time, events/s"),
        MANY_P99("the same: p99 of the answer, ms"),
        CROWD_RATE(CROWD + " connections, one event at a time, events/s"),
        BATCHES(FEW + " connections, batches of " + BATCH + ", events/s");

        private final String title;

        Row(String title) {
            this.title = title;
        }
    }

    /// @param runs how often each row is measured
    Logs(Setup setup, int runs, Consumer<String> progress) {
        this.setup = setup;
        this.progress = progress;
        plan = PLAN.withRuns(runs);
    }

    /// Measures all kinds that can run here.
    Logs measure() {
        for (var kind : LogKind.values()) {
            if (!kind.missing().isEmpty()) {
                notes.add(kind.missing());
                continue;
            }
            progress.accept(kind.title());
            readings.put(kind, new EnumMap<>(Row.class));
            try (var place = kind.open();
                    var target = GatewayTarget.start(setup, place.arguments().toArray(String[]::new))) {
                measure(kind, target);
            } catch (RuntimeException | AssertionError failed) {
                notes.add(kind.title() + " failed: " + failed.getMessage());
            }
        }
        return this;
    }

    /// The table: medians, with the smallest and the largest reading.
    String markdown(Machine machine) {
        var table = new StringBuilder("| |");
        for (var kind : readings.keySet()) table.append(' ').append(kind.title()).append(" |");
        table.append("\n| --- |").append(" ---: |".repeat(readings.size())).append('\n');
        for (var row : Row.values()) {
            table.append("| ").append(row.title).append(" |");
            for (var taken : readings.values())
                table.append(' ').append(cell(taken.getOrDefault(row, List.of()))).append(" |");
            table.append('\n');
        }
        table.append('\n').append(machine).append(". `").append(machine.command()).append("`: medians of ")
                .append(plan.runs()).append(" runs, in parentheses the smallest and the largest reading; events of ")
                .append(plan.dataBytes()).append(" bytes.\n");
        notes.forEach(note -> table.append("* ").append(note).append('\n'));
        return table.toString();
    }

    private void measure(LogKind kind, GatewayTarget target) {
        try (var one = new Stage(target, 1, 1, 0, plan.dataBytes());
                var few = new Stage(target, FEW, FEW, 0, plan.dataBytes());
                var many = new Stage(target, MANY, MANY, 0, plan.dataBytes());
                var crowd = new Stage(target, CROWD, CROWD, 0, plan.dataBytes())) {
            flood(kind, few, FEW, 1, plan.warmUp());
            flood(kind, few, FEW, BATCH, plan.warmUp());
            for (int run = 0; run < plan.runs(); run++) {
                take(kind, Row.ONE_P50, flood(kind, one, 1, 1, plan.seconds()).latencies().millis(0.5));
                var atFew = flood(kind, few, FEW, 1, plan.seconds());
                take(kind, Row.FEW_RATE, atFew.eventsPerSecond());
                take(kind, Row.FEW_P99, atFew.latencies().millis(0.99));
                var atMany = flood(kind, many, MANY, 1, plan.seconds());
                take(kind, Row.MANY_RATE, atMany.eventsPerSecond());
                take(kind, Row.MANY_P99, atMany.latencies().millis(0.99));
                take(kind, Row.CROWD_RATE, flood(kind, crowd, CROWD, 1, plan.seconds()).eventsPerSecond());
                take(kind, Row.BATCHES, flood(kind, few, FEW, BATCH, plan.seconds()).eventsPerSecond());
            }
        }
    }

    private Publishing flood(LogKind kind, Stage stage, int connections, int batch, double seconds) {
        var publishing = stage.flood(connections, batch, Stage.NO_WINDOW, seconds);
        if (publishing.refused() > 0) notes.add(kind.title() + ": " + publishing.refused() + " publishes refused");
        return publishing;
    }

    private void take(LogKind kind, Row row, double value) {
        readings.get(kind).computeIfAbsent(row, _ -> new ArrayList<>()).add(value);
        progress.accept("  " + row.title + ": " + Numbers.text(value));
    }

    private static String cell(List<Double> taken) {
        if (taken.isEmpty()) return "";
        var sorted = taken.stream().sorted().toList();
        return Numbers.text(Numbers.median(sorted)) + " (" + Numbers.text(sorted.getFirst()) + " - "
                + Numbers.text(sorted.getLast()) + ")";
    }
}
