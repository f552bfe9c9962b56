package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The documents for users, README.md and all of src/docs: tests take what these show word for word, and run it.
public final class Docs {
    /// The start page.
    public static final Path README = Path.of("README.md");
    /// The folder of all other documents.
    public static final Path FOLDER = Path.of("src", "docs");
    /// The address of the gateway in every example.
    private static final String THERE = "localhost:3002";
    private static final String FENCE = "```";

    private Docs() { }

    /// A block of code.
    ///
    /// @param document the file that shows it
    /// @param line the number of its first line, from 1
    /// @param language the word after the opening fence; empty when there is none
    public record Block(Path document, int line, String language, String text) {
        /// Whether a test looks for this block by these words.
        public boolean is(String language, String mark) {
            return this.language.equals(language) && text.contains(mark);
        }

        @Override
        public String toString() {
            return document + ":" + line + " " + language + "\n" + text;
        }
    }

    /// A line outside all blocks of code.
    ///
    /// @param number from 1
    public record Line(Path document, int number, String text) {
        /// Whether it is a row of a table.
        public boolean isRow() {
            return text.startsWith("|");
        }

        @Override
        public String toString() {
            return document + ":" + number + " " + text;
        }
    }

    /// README.md and every document in src/docs, by name.
    public static List<Path> all() {
        try (var files = Files.list(FOLDER)) {
            var documents = files.filter(file -> file.toString().endsWith(".md")).sorted();
            return Stream.concat(Stream.of(README), documents).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The whole text of the document in src/docs that has this name, as `security.md`.
    public static String text(String name) {
        return text(FOLDER.resolve(name));
    }

    /// The whole text of a document.
    public static String text(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Every block of code in every document.
    public static List<Block> blocks() {
        var blocks = new ArrayList<Block>();
        for (var document : all()) read(document, new ArrayList<>(), blocks);
        return blocks;
    }

    /// Every line of a document that stands outside its blocks of code.
    public static List<Line> lines(Path document) {
        var lines = new ArrayList<Line>();
        read(document, lines, new ArrayList<>());
        return lines;
    }

    /// The one block of that language that contains the mark.
    public static String block(String language, String mark) {
        var found = blocks().stream().filter(block -> block.is(language, mark)).toList();
        if (found.size() == 1) return found.getFirst().text();
        throw new AssertionError(found.size() + " blocks of " + language + " contain " + mark + found);
    }

    /// The text with another port. Longer numbers that contain the documented one stay as they are.
    public static String port(String text, int documented, int port) {
        return text.replaceAll("\\b" + documented + "\\b", String.valueOf(port));
    }

    /// The same block, with the port of the test's gateway.
    public static String block(String language, String mark, int port) {
        var block = block(language, mark);
        if (!block.contains(THERE)) throw new AssertionError("no " + THERE + " in " + block);
        return block.replace(THERE, "127.0.0.1:" + port);
    }

    /// A fence may be indented, as in an item of a list; so is its block then.
    private static void read(Path document, List<Line> lines, List<Block> blocks) {
        var code = new StringBuilder();
        String language = null;
        int from = 0;
        int number = 0;
        for (var line : text(document).split("\n", -1)) {
            number++;
            if (line.strip().startsWith(FENCE)) {
                if (language == null) {
                    language = line.strip().substring(FENCE.length());
                    from = number + 1;
                } else {
                    blocks.add(new Block(document, from, language, code.toString()));
                    code.setLength(0);
                    language = null;
                }
            } else if (language != null) {
                code.append(line).append('\n');
            } else {
                lines.add(new Line(document, number, line));
            }
        }
        if (language == null) return;
        throw new AssertionError(document + ":" + (from - 1) + " opens a block that nothing closes");
    }
}
