package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// The rows of a table in a resource file, whose format each file tells at its head.
final class Rows {
    private static final String SEPARATOR = " => ";
    private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9A-F]{2})|\\{(.)\\*([0-9]+)\\}|(¶)");

    private static final byte[] CR_LF = {'\r', '\n'};

    private Rows() { }

    /// @param input the bytes before the separator
    /// @param outcome the text behind it
    record Row(String place, byte[] input, String outcome) {
        String inputText() {
            return new String(input, UTF_8);
        }

        @Override
        public String toString() {
            String text = inputText();
            return place + " " + (text.length() <= 100 ? text : text.substring(0, 100) + "...");
        }
    }

    /// All rows of the file, of which there must be at least so many.
    static List<Row> of(String file, int atLeast) {
        try (var in = Rows.class.getResourceAsStream(file)) {
            var lines = new String(in.readAllBytes(), UTF_8).lines().toList();
            var rows = new ArrayList<Row>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.isEmpty() || line.startsWith("#")) continue;
                int separator = line.indexOf(SEPARATOR);
                if (separator < 0) throw new AssertionError(file + ":" + (i + 1) + " has no separator");
                rows.add(new Row(file + ":" + (i + 1), bytes(line.substring(0, separator)),
                        new String(bytes(line.substring(separator + SEPARATOR.length())), UTF_8)));
            }
            if (rows.size() < atLeast) throw new AssertionError(file + " has only " + rows.size() + " rows");
            return rows;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] bytes(String text) {
        var out = new ByteArrayOutputStream();
        var escapes = ESCAPE.matcher(text);
        int from = 0;
        while (escapes.find()) {
            out.writeBytes(text.substring(from, escapes.start()).getBytes(UTF_8));
            if (escapes.group(4) != null) out.writeBytes(CR_LF);
            else if (escapes.group(1) != null) out.write(HexFormat.fromHexDigits(escapes.group(1)));
            else out.writeBytes(escapes.group(2).repeat(Integer.parseInt(escapes.group(3))).getBytes(UTF_8));
            from = escapes.end();
        }
        out.writeBytes(text.substring(from).getBytes(UTF_8));
        return out.toByteArray();
    }
}
