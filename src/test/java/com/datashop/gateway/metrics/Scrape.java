package com.datashop.gateway.metrics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A reader of the Prometheus text format 0.0.4 that refuses everything that is not exactly in it.
///
/// It is stricter than Prometheus: each metric has help and type, its samples follow at once, and no blank is there but
/// those needed.
final class Scrape {
    /// A metric: its samples by name and labels, as `x_bucket{le="1"}`, in their order.
    record Family(String name, String type, String help, List<Sample> samples) { }

    /// One line.
    record Sample(String name, Map<String, String> labels, double value) { }

    private static final Pattern HEAD = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([^ ]+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(,(?=.)|$)");
    /// The numbers that Go's `ParseFloat` takes, as far as a program may sensibly write them.
    private static final Pattern NUMBER = Pattern.compile("[+-]Inf|NaN|-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final Map<String, Family> families = new LinkedHashMap<>();

    private Scrape() { }

    /// @throws AssertionError when the text is not in the format
    static Scrape of(String text) {
        var scrape = new Scrape();
        require(text.isEmpty() || text.endsWith("\n"), "the last line has no end");
        var lines = text.isEmpty() ? List.<String>of() : List.of(text.substring(0, text.length() - 1).split("\n", -1));
        for (int i = 0; i < lines.size(); ) i = scrape.family(lines, i);
        return scrape;
    }

    static Scrape of(Registry registry) {
        var out = new StringBuilder();
        registry.writeTo(out);
        return of(out.toString());
    }

    List<String> names() {
        return List.copyOf(families.keySet());
    }

    Family family(String name) {
        require(families.containsKey(name), "no metric " + name + " in " + families.keySet());
        return families.get(name);
    }

    /// The value of a metric that has one sample and no labels.
    double value(String name) {
        var samples = family(name).samples();
        require(samples.size() == 1 && samples.getFirst().labels().isEmpty(), name + " has " + samples);
        return samples.getFirst().value();
    }

    /// The value with that one label.
    double value(String name, String label, String value) {
        var samples = family(name).samples().stream().filter(sample -> sample.labels().equals(Map.of(label, value)))
                .toList();
        require(samples.size() == 1, name + " has " + samples);
        return samples.getFirst().value();
    }

    private int family(List<String> lines, int from) {
        var name = head(lines.get(from), "HELP")[0];
        require(!families.containsKey(name), name + " comes twice");
        var help = unescaped(head(lines.get(from), "HELP")[1], false);
        require(from + 2 < lines.size(), name + " has no sample");
        require(head(lines.get(from + 1), "TYPE")[0].equals(name), "the type of another metric in "
                + lines.get(from + 1));
        var family = new Family(name, head(lines.get(from + 1), "TYPE")[1], help, new ArrayList<>());
        int i = from + 2;
        while (i < lines.size() && !lines.get(i).startsWith("#")) family.samples().add(sample(lines.get(i++)));
        check(family);
        families.put(name, family);
        return i;
    }

    private static String[] head(String line, String keyword) {
        var matcher = HEAD.matcher(line);
        require(matcher.matches() && matcher.group(1).equals(keyword), "no " + keyword + " line: " + line);
        return new String[] {matcher.group(2), matcher.group(3)};
    }

    private static Sample sample(String line) {
        var matcher = SAMPLE.matcher(line);
        require(matcher.matches(), "no sample: " + line);
        var labels = new LinkedHashMap<String, String>();
        if (matcher.group(2) != null) {
            var label = LABEL.matcher(matcher.group(2));
            int at = 0;
            while (at < matcher.group(2).length()) {
                require(label.find(at) && label.start() == at, "bad labels: " + line);
                require(labels.put(label.group(1), unescaped(label.group(2), true)) == null, "a label twice: " + line);
                at = label.end();
            }
            require(!labels.isEmpty(), "empty braces: " + line);
        }
        require(NUMBER.matcher(matcher.group(3)).matches(), "no number: " + line);
        return new Sample(matcher.group(1), labels, number(matcher.group(3)));
    }

    private static void check(Family family) {
        var seen = new HashSet<>();
        for (var sample : family.samples())
            require(seen.add(List.of(sample.name(), sample.labels())), "a sample twice: " + sample);
        switch (family.type()) {
            case "counter" -> {
                require(family.name().endsWith("_total"), family.name() + " is a counter");
                for (var sample : family.samples())
                    require(sample.name().equals(family.name()) && sample.value() >= 0, sample.toString());
            }
            case "gauge" -> {
                for (var sample : family.samples()) require(sample.name().equals(family.name()), sample.toString());
            }
            case "histogram" -> checkHistogram(family);
            default -> throw new AssertionError("an unknown type: " + family);
        }
    }

    private static void checkHistogram(Family family) {
        var samples = family.samples();
        int buckets = samples.size() - 2;
        double bound = Double.NEGATIVE_INFINITY;
        double count = 0;
        for (var sample : samples.subList(0, buckets)) {
            require(sample.name().equals(family.name() + "_bucket") && sample.labels().keySet().equals(Set.of("le")),
                    sample.toString());
            double le = number(sample.labels().get("le"));
            require(le > bound && sample.value() >= count, "buckets do not ascend at " + sample);
            bound = le;
            count = sample.value();
        }
        require(bound == Double.POSITIVE_INFINITY, family.name() + " has no +Inf bucket");
        require(samples.get(buckets).name().equals(family.name() + "_sum") && samples.get(buckets).labels().isEmpty(),
                "no sum: " + samples);
        var last = samples.get(buckets + 1);
        require(last.name().equals(family.name() + "_count") && last.labels().isEmpty(), "no count: " + samples);
        require(last.value() == count, "the count " + last.value() + " is not the +Inf bucket's " + count);
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static String unescaped(String text, boolean quotes) {
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                require(++i < text.length(), "a lone backslash: " + text);
                c = text.charAt(i);
                require(c == '\\' || c == 'n' || quotes && c == '"', "an unknown escape: " + text);
                if (c == 'n') c = '\n';
            }
            plain.append(c);
        }
        return plain.toString();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) throw new AssertionError(otherwise);
    }
}
