package com.datashop.gateway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The arguments of the bench.
///
/// @param only the names of workloads, or of plots; empty for all
/// @param peers who is measured beside the gateway
/// @param runs empty for what the plan says
/// @param streams empty for what the plan says
/// @param logs where the logs of the past are kept; empty to delete them
record Arguments(boolean quick, boolean scaling, Set<String> only, List<Contender> peers, Optional<Integer> runs,
        Optional<Integer> streams, Setup setup, Optional<Path> logs) {
    static final String USAGE = """
            usage: scripts/bench [option]...

              --quick              a regression guard, under a minute: ratios to a bare loop in the bench's own process
              --scaling            how the figures grow, as plots
              --only NAME          only this workload, several comma-separated: %s
                                   (logs runs alone: the gateway over each kind of log, with brokers that it starts);
                                   with --scaling only this plot: %s
              --peers LIST         none, or of nchan,pushpin,bare (default: these, where they are
                                   installed) and floor, a bare loop in the bench's own process
              --runs N             how often each is measured; the median counts (default 3)
              --streams N          how many streams where the table says 10,000
              --jvm "FLAGS"        options of the gateway's JVM
              --gateway-arg ARG    an argument of the gateway, as --gateway-arg --history-events=10000; may be repeated
              --logs FOLDER        with --only past: fills its logs there and ends; the next time measures these
              --cpus LIST          the processors that the servers may use, as taskset -c takes them (default: all)
            """;

    /// Reads them.
    ///
    /// @throws IllegalArgumentException naming what is wrong
    static Arguments of(Set<String> workloads, String... args) {
        boolean quick = false;
        boolean scaling = false;
        var only = "";
        var peers = List.of(Contender.NCHAN_1, Contender.NCHAN_2, Contender.PUSHPIN, Contender.BARE);
        var runs = Optional.<Integer>empty();
        var streams = Optional.<Integer>empty();
        var jvm = List.<String>of();
        var gatewayArgs = new ArrayList<String>();
        var cpus = "";
        var logs = Optional.<Path>empty();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> quick = true;
                case "--scaling" -> scaling = true;
                case "--only" -> only = value(args, ++i);
                case "--peers" -> peers = peers(value(args, ++i));
                case "--runs" -> runs = Optional.of(runs(value(args, ++i)));
                case "--streams" -> streams = Optional.of(streams(value(args, ++i)));
                case "--jvm" -> jvm = List.of(value(args, ++i).strip().split("\\s+"));
                case "--gateway-arg" -> gatewayArgs.add(value(args, ++i));
                case "--logs" -> logs = Optional.of(Path.of(value(args, ++i)));
                case "--cpus" -> cpus = value(args, ++i);
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        var chosen = only.isEmpty() ? Set.<String>of() : scaling ? plots(only) : workloads(workloads, only);
        return new Arguments(quick, scaling, chosen, quick ? List.of(Contender.FLOOR) : peers, runs,
                streams, new Setup(Setup.JAR, jvm, gatewayArgs, cpus), logs);
    }

    /// How long and how often.
    Plan plan() {
        var plan = quick ? Plan.QUICK : scaling ? Plan.SCALING : Plan.FULL;
        var often = runs.map(plan::withRuns).orElse(plan);
        return streams.map(often::withStreams).orElse(often);
    }

    /// The name of the results' files: a part of all does not take the place of all.
    String file() {
        return quick ? "quick" : only.isEmpty() ? "bench" : String.join("-", new TreeSet<>(only));
    }

    private static String value(String[] args, int at) {
        if (at == args.length) throw new IllegalArgumentException(args[at - 1] + " needs a value");
        return args[at];
    }

    private static Set<String> plots(String names) {
        var only = Set.of(names.split(","));
        for (var name : only)
            if (!Scaling.NAMES.contains(name))
                throw new IllegalArgumentException("--only: no plot " + name + "; there are "
                        + String.join(", ", Scaling.NAMES));
        return only;
    }

    private static Set<String> workloads(Set<String> workloads, String names) {
        var only = Set.of(names.split(","));
        for (var name : only) {
            if (name.equals(Logs.NAME) && only.size() > 1)
                throw new IllegalArgumentException("--only: logs runs alone");
            if (!workloads.contains(name))
                throw new IllegalArgumentException("--only: no workload " + name + "; there are "
                        + String.join(", ", workloads));
        }
        return only;
    }

    private static List<Contender> peers(String names) {
        var peers = new ArrayList<Contender>();
        if (names.equals("none")) return peers;
        for (var name : names.split(",")) {
            switch (name) {
                case "nchan" -> peers.addAll(List.of(Contender.NCHAN_1, Contender.NCHAN_2));
                case "pushpin" -> peers.add(Contender.PUSHPIN);
                case "bare" -> peers.add(Contender.BARE);
                case "floor" -> peers.add(Contender.FLOOR);
                default -> throw new IllegalArgumentException("--peers: no peer " + name
                        + "; there are nchan, pushpin, bare and floor, or none");
            }
        }
        return peers;
    }

    private static int streams(String text) {
        if (!text.matches("[1-9][0-9]{2,4}"))
            throw new IllegalArgumentException("--streams: " + text + " is not a number from 100 to 99999");
        return Integer.parseInt(text);
    }

    private static int runs(String text) {
        if (!text.matches("[1-9][0-9]?"))
            throw new IllegalArgumentException("--runs: " + text + " is not a number from 1 to 99");
        return Integer.parseInt(text);
    }
}
