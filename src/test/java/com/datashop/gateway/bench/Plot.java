package com.datashop.gateway.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// Lines over two logarithmic axes, drawn as an SVG that is readable on a light and on a dark page: no ground of its
/// own, middle tones.
record Plot(String title, String xTitle, String yTitle, List<Series> series) {
    /// One line.
    record Series(String name, List<Point> points) { }

    /// One measured point: the median, the smallest and the largest reading.
    record Point(double x, double y, double min, double max) {
        @Override
        public String toString() {
            return Numbers.text(y) + " (" + Numbers.text(min) + " - " + Numbers.text(max) + ")";
        }
    }

    private static final int WIDTH = 720;
    private static final int HEIGHT = 420;
    private static final int LEFT = 84;
    private static final int RIGHT = 24;
    private static final int LEAST_TOP = 82;
    private static final int LEGEND = 42;
    private static final int LEGEND_ROW = 20;
    private static final int BOTTOM = 56;
    private static final String INK = "#808080";
    private static final List<String> COLOURS = List.of("#3b82f6", "#f97316", "#10a37f", "#a855f7");
    private static final List<String> DASHES = List.of("none", "7 4", "2 4", "10 3 2 3");

    /// The legend has two names in a row, and the frame is below it.
    private int top() {
        return Math.max(LEAST_TOP, LEGEND + (series.size() + 1) / 2 * LEGEND_ROW);
    }

    private int height() {
        return HEIGHT + top() - LEAST_TOP;
    }

    String svg() {
        int top = top();
        int height = height();
        var xs = new Axis(all().stream().mapToDouble(Point::x).toArray());
        var ys = new Axis(all().stream().flatMapToDouble(point -> DoubleStream.of(point.y(), point.min(), point.max()))
                .toArray());
        var svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\"");
        svg.append(String.format(Locale.ROOT, " viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">%n", WIDTH, height,
                WIDTH, height));
        svg.append("<title>").append(escaped(title)).append("</title>\n");
        text(svg, LEFT, 20, "start", "font-weight=\"bold\" font-size=\"15\"", title);
        text(svg, LEFT + (WIDTH - LEFT - RIGHT) / 2.0, height - 12, "middle", "", xTitle);
        text(svg, 0, 0, "middle", String.format(Locale.ROOT, "transform=\"translate(16 %.1f) rotate(-90)\"",
                top + (height - top - BOTTOM) / 2.0), yTitle);
        for (int decade = xs.first(); decade <= xs.last(); decade++) {
            double x = x(xs, Math.pow(10, decade));
            line(svg, x, top, x, height - BOTTOM);
            text(svg, x, height - BOTTOM + 18, "middle", "", tick(decade));
        }
        for (int decade = ys.first(); decade <= ys.last(); decade++) {
            double y = y(ys, Math.pow(10, decade));
            line(svg, LEFT, y, WIDTH - RIGHT, y);
            text(svg, LEFT - 8, y + 4, "end", "", tick(decade));
        }
        for (int i = 0; i < series.size(); i++) draw(svg, i, xs, ys);
        return svg.append("</svg>\n").toString();
    }

    /// The numbers, for who reads no pictures.
    String table() {
        var table = new StringBuilder("| ").append(xTitle).append(" |");
        for (var line : series) table.append(' ').append(line.name()).append(", ").append(yTitle).append(" |");
        table.append("\n| ---: |").append(" ---: |".repeat(series.size())).append('\n');
        for (double x : all().stream().mapToDouble(Point::x).distinct().sorted().toArray()) {
            table.append("| ").append(Numbers.plain(x)).append(" |");
            for (var line : series) {
                var here = line.points().stream().filter(point -> point.x() == x).findFirst();
                table.append(' ').append(here.map(Point::toString).orElse("")).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private void draw(StringBuilder svg, int index, Axis xs, Axis ys) {
        var line = series.get(index);
        var colour = COLOURS.get(index % COLOURS.size());
        var path = new StringBuilder();
        var marks = new StringBuilder();
        for (var point : line.points()) {
            double px = x(xs, point.x());
            double py = y(ys, point.y());
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : " L", px, py));
            marks.append(String.format(Locale.ROOT,
                    "<path d=\"M%.1f %.1fV%.1f\" stroke-width=\"1\"/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" "
                    + "fill=\"%s\"/>%n",
                    px, y(ys, point.min()), y(ys, point.max()), px, py, colour));
        }
        var dashes = DASHES.get((index + index / COLOURS.size()) % DASHES.size()); // a pair is used once
        svg.append(
                String.format(
                "<g stroke=\"%s\" fill=\"none\" stroke-width=\"2\">%n<path d=\"%s\" stroke-dasharray=\"%s\"/>%n%s",
                colour, path, dashes, marks));
        double x = LEFT + index % 2 * (WIDTH - LEFT - RIGHT) / 2.0; // the legend: two in a row
        double y = LEGEND + index / 2 * LEGEND_ROW;
        svg.append(String.format(Locale.ROOT, "<path d=\"M%.1f %.1fh26\" stroke-dasharray=\"%s\"/>%n</g>%n", x,
                y, dashes));
        text(svg, x + 32, y + 4, "start", "", line.name());
    }

    private List<Point> all() {
        var all = new ArrayList<Point>();
        for (var line : series) all.addAll(line.points());
        return all;
    }

    private static double x(Axis axis, double value) {
        return LEFT + axis.part(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(Axis axis, double value) {
        return height() - BOTTOM - axis.part(value) * (height() - top() - BOTTOM);
    }

    private static String tick(int decade) {
        double value = Math.pow(10, decade);
        return decade >= 6 ? Numbers.plain(value / 1e6) + " M" : decade >= 3 ? Numbers.plain(value / 1e3) + " k"
                : Numbers.plain(value);
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(Locale.ROOT,
                "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\" stroke-opacity=\"0.35\"/>%n", x1, y1, x2, y2, INK));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String more, String text) {
        svg.append(String.format(Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" %s>%s</text>%n", x, y, anchor, INK, more,
                escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    /// A logarithmic axis of whole decades.
    private record Axis(int first, int last) {
        Axis(double[] values) {
            var positive = Arrays.stream(values).filter(value -> value > 0).toArray();
            double min = Arrays.stream(positive).min().orElse(1);
            double max = Arrays.stream(positive).max().orElse(10);
            int floor = (int) Math.floor(Math.log10(min) + 1e-9);
            this(floor, Math.max(floor + 1, (int) Math.ceil(Math.log10(max) - 1e-9)));
        }

        /// Where on the axis a value is, from 0 to 1.
        double part(double value) {
            return Math.clamp((Math.log10(Math.max(value, 1e-12)) - first) / (last - first), 0, 1);
        }
    }
}
