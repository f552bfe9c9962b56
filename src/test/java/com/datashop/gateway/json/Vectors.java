package com.datashop.gateway.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The cases of a vector file, whose format is described at the head of `accept.txt`.
final class Vectors {

    private static final String SEPARATOR = " => ";

    private Vectors() {
    }

    /// A case: its line in the file, the bytes to read, and the bytes after the separator.
    record Case(int line, byte[] input, byte[] outcome) {

        /// The place that a case of refusal begins its outcome with, such as `1:8`.
        String place() {
            return text().substring(0, text().indexOf(' '));
        }

        /// The part of the message that follows it.
        String fragment() {
            return text().substring(text().indexOf(' ') + 1);
        }

        private String text() {
            return new String(outcome, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "line " + line + ": " + new String(input, StandardCharsets.UTF_8);
        }
    }

    /// All cases of `file`, of which there must be at least `atLeast`.
    static List<Case> of(String file, int atLeast) throws IOException {
        try (var in = Vectors.class.getResourceAsStream(file)) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            var cases = new ArrayList<Case>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                int separator = line.indexOf(SEPARATOR);
                if (separator < 0) {
                    throw new IOException(file + ":" + (i + 1) + " has no separator");
                }
                cases.add(new Case(i + 1, bytes(line.substring(0, separator)),
                        bytes(line.substring(separator + SEPARATOR.length()))));
            }
            if (cases.size() < atLeast) {
                throw new IOException(file + " has only " + cases.size() + " cases");
            }
            return cases;
        }
    }

    private static byte[] bytes(String text) {
        var out = new ByteArrayOutputStream();
        int i = 0;
        while (i < text.length()) {
            if (text.startsWith("\\x", i)) {
                out.write(HexFormat.fromHexDigits(text, i + 2, i + 4));
                i += 4;
            } else {
                int next = text.offsetByCodePoints(i, 1);
                out.writeBytes(text.substring(i, next).getBytes(StandardCharsets.UTF_8));
                i = next;
            }
        }
        return out.toByteArray();
    }
}
