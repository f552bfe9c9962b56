package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.json.JsonWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The results, as a table for people and as JSON for programs.
final class Report {
    private final Machine machine;
    private final Plan plan;
    private final Map<Contender, Readings> readings = new EnumMap<>(Contender.class);
    private final List<String> notes = new ArrayList<>();

    Report(Machine machine, Plan plan) {
        this.machine = machine;
        this.plan = plan;
    }

    /// Where the readings of a contender go.
    Readings of(Contender contender, Readings otherwise) {
        return readings.computeIfAbsent(contender, _ -> otherwise);
    }

    /// Something that the reader should know of the whole.
    void note(String note) {
        notes.add(note);
    }

    /// The table: medians with the smallest and the largest reading, and how many times better the gateway is.
    String markdown() {
        var columns = columns();
        var table = new StringBuilder("| |");
        for (var column : columns)
            table.append(' ').append(column.title()).append(column.isGateway() ? " |" : " | gateway is |");
        table.append("\n| --- |");
        for (var column : columns) table.append(column.isGateway() ? " ---: |" : " ---: | ---: |");
        table.append('\n');
        for (var figure : Figure.values()) {
            if (columns.stream().noneMatch(column -> column.has(figure))) continue;
            table.append("| ").append(figure.title()).append(", ").append(figure.unit()).append(" |");
            for (var column : columns) {
                table.append(' ').append(column.has(figure) ? cell(column.of(figure), figure) : "").append(" |");
                if (!column.isGateway())
                    table.append(' ').append(ratio(columns.getFirst(), column, figure)).append(" |");
            }
            table.append('\n');
        }
        table.append('\n').append(machine).append(". `").append(machine.command()).append("`: medians of ")
                .append(plan.runs())
                .append(" runs, in parentheses the smallest and the largest reading; events of ")
                .append(plan.dataBytes()).append(" bytes")
                .append(instead(plan)).append(".\n");
        readings.forEach((contender, taken) -> {
            for (var remark : taken.remarks())
                table.append("* ").append(contender.title()).append(", ").append(remark).append('\n');
        });
        notes.forEach(note -> table.append("* ").append(note).append('\n'));
        return table.toString();
    }

    /// Every reading.
    String json() {
        var json = new JsonWriter().beginObject();
        json.name("machine").beginObject().member("processor", machine.processor())
                .member("processors", machine.processors())
                .member("gigabytes", machine.gigabytes()).member("kernel", machine.kernel())
                .member("java", machine.java()).endObject();
        json.member("commit", machine.commit()).member("command", machine.command()).member("date", machine.date());
        json.name("contenders").beginArray();
        readings.forEach((contender, taken) -> {
            json.beginObject().member("contender", contender.title()).name("figures").beginArray();
            for (var figure : taken.figures()) {
                json.beginObject().member("figure", figure.name()).member("title", figure.title())
                        .member("unit", figure.unit());
                json.member("moreIsBetter", figure.moreIsBetter());
                json.name("readings").beginArray();
                for (double value : taken.all(figure)) json.raw(String.valueOf(value).getBytes(US_ASCII));
                json.endArray().endObject();
            }
            json.endArray().name("remarks").beginArray();
            taken.remarks().forEach(json::value);
            json.endArray().endObject();
        });
        return json.endArray().endObject().toString();
    }

    /// The words of a shorter plan in place of those of the rows.
    private static String instead(Plan plan) {
        var full = Plan.FULL;
        return (plan.subscribers() == full.subscribers() ? "" : "; " + plan.subscribers() + " subscribers in place of "
                + full.subscribers()) + (plan.streams() == full.streams() ? "" : "; " + plan.streams()
                + " streams in place of " + full.streams());
    }

    private static String cell(Readings taken, Figure figure) {
        var median = Numbers.text(taken.median(figure));
        return taken.all(figure).size() == 1 ? median : median + " (" + Numbers.text(taken.min(figure)) + " - "
                + Numbers.text(taken.max(figure)) + ")";
    }

    /// How many times better the gateway is; below 1 it is worse. Readings that were taken in turn are compared in
    /// pairs: so what slows the machine down for a while slows both.
    private static String ratio(Column gateway, Column other, Figure figure) {
        if (!gateway.has(figure) || !other.has(figure)) return "";
        var ours = gateway.of(figure).all(figure);
        var theirs = other.of(figure).all(figure);
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < ours.size() && i < theirs.size(); i++)
            ratios.add(figure.moreIsBetter() ? ours.get(i) / theirs.get(i) : theirs.get(i) / ours.get(i));
        double medians = gateway.of(figure).median(figure) / other.of(figure).median(figure);
        double ratio = other.inTurn() ? Numbers.median(ratios) : figure.moreIsBetter() ? medians : 1 / medians;
        return Double.isFinite(ratio) ? Numbers.text(ratio) + " x" : "";
    }

    private List<Column> columns() {
        var columns = new ArrayList<Column>();
        columns.add(new Column(Contender.GATEWAY.title(), List.of(of(Contender.GATEWAY, new Readings(_ -> { }))),
                true, false));
        var nchan = new ArrayList<Readings>();
        for (var contender : List.of(Contender.NCHAN_1, Contender.NCHAN_2))
            if (readings.containsKey(contender)) nchan.add(readings.get(contender));
        if (readings.containsKey(Contender.FLOOR))
            columns.add(new Column(Contender.FLOOR.title(), List.of(readings.get(Contender.FLOOR)), false, true));
        if (!nchan.isEmpty())
            columns.add(new Column(NchanTarget.title() + ", the better of 1 and 2 workers", nchan, false, false));
        if (readings.containsKey(Contender.PUSHPIN))
            columns.add(new Column(PushpinTarget.title(), List.of(readings.get(Contender.PUSHPIN)), false, false));
        if (readings.containsKey(Contender.BARE))
            columns.add(new Column(Contender.BARE.title(), List.of(readings.get(Contender.BARE)), false, false));
        return columns;
    }

    /// One column of the table: of several the better.
    ///
    /// @param inTurn whether its readings were taken in turn with the gateway's
    private record Column(String title, List<Readings> candidates, boolean isGateway, boolean inTurn) {
        boolean has(Figure figure) {
            return candidates.stream().anyMatch(candidate -> candidate.has(figure));
        }

        Readings of(Figure figure) {
            Comparator<Readings> byMedian = Comparator.comparingDouble(candidate -> candidate.median(figure));
            return candidates.stream().filter(candidate -> candidate.has(figure))
                    .max(figure.moreIsBetter() ? byMedian : byMedian.reversed()).orElseThrow();
        }
    }
}
