package com.datashop.gateway.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Measures the gateway, and beside it what else speaks SSE: `scripts/bench --help`.
final class Bench {
    private static final List<Workload> WORKLOADS = List.of(
            new FanOut(), new PacedSweep(), new Offered(), new ManyChannels(), new PublishOnly(), new OneToAll(), new Idle(), new Heartbeats(), new Stalled(), new Storm(),
            new FirstByte());

    private Bench() { }

    public static void main(String[] args) throws Exception {
        var names = WORKLOADS.stream().map(Workload::name).collect(Collectors.toCollection(LinkedHashSet::new));
        if (List.of(args).contains("--help")) {
            System.out.printf(Arguments.USAGE, String.join(" ", names));
            return;
        }
        Arguments arguments;
        try {
            arguments = Arguments.of(names, args);
        } catch (IllegalArgumentException bad) {
            System.err.println("bench: " + bad.getMessage());
            System.exit(2);
            return;
        }
        var plan = arguments.quick() ? Plan.QUICK : Plan.FULL;
        var results = run(arguments, arguments.runs().map(plan::withRuns).orElse(plan));
        results.forEach((contender, readings) -> {
            System.out.println(contender.title());
            for (var figure : readings.figures())
                System.out.printf("  %-80s %10s  (%s - %s) %s%n", figure.title(), Numbers.text(readings.median(figure)), Numbers.text(readings.min(figure)), Numbers.text(readings.max(figure)), figure.unit());
            for (var remark : readings.remarks()) System.out.println("  " + remark);
        });
    }

    private static Map<Contender, Readings> run(Arguments arguments, Plan plan) {
        var results = new EnumMap<Contender, Readings>(Contender.class);
        var contenders = new ArrayList<>(List.of(Contender.GATEWAY));
        contenders.addAll(arguments.peers());
        for (var workload : WORKLOADS) {
            if (!arguments.only().isEmpty() && !arguments.only().contains(workload.name())) continue;
            for (var contender : contenders) {
                if (!workload.suits(contender)) continue;
                var readings = results.computeIfAbsent(contender, _ -> new Readings(line -> System.err.println("  " + line)));
                System.err.println(workload.name() + ": " + contender.title());
                try (var session = workload.open(contender, arguments.setup(), plan, readings)) {
                    session.warmUp();
                    for (int run = 0; run < plan.runs(); run++) session.run();
                } catch (RuntimeException | AssertionError failed) {
                    readings.remark(workload.name() + ": failed, " + failed.getMessage());
                    failed.printStackTrace();
                }
            }
        }
        return results;
    }
}
