package com.datashop.gateway.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the form of the source: the width of lines, the length of files, and how comments begin.
final class SourceFormTest {
    private static final Path PROGRAM = Path.of("src/main/java");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Path PAGES = Path.of("src/main/resources/web");
    private static final Path SCRIPTS = Path.of("scripts");
    private static final List<Path> OTHERS = Stream.of("Dockerfile", ".github/workflows/ci.yml", "pom.xml",
            "src/test/clients/pom.xml", "src/test/clients/kafka/pom.xml", "src/test/clients/splunk.cjs").map(Path::of)
            .toList();
    private static final int MAX_COLUMNS = 120;
    private static final int MAX_LINES = 400;
    private static final String DOC = "///";
    /// A line that has nothing but a comment.
    private static final Pattern COMMENT = Pattern.compile(" *(?:///?|/\\*\\*?|\\*) ");
    /// Begins like a question and is none.
    private static final Pattern NO_SENTENCE =
            Pattern.compile("(?:(?:^ *(?:///?|/\\*\\*?|\\*)|[.!]) )(?:What|Has|Of|Who) [^?]*$");

    @Test
    void noLineIsLongerThan120Columns() throws IOException {
        var wrong = new ArrayList<String>();
        var files = new ArrayList<Path>();
        for (var root : List.of(PROGRAM, TESTS)) files.addAll(files(root, ".java"));
        files.addAll(files(PAGES, ".js"));
        files.addAll(files(SCRIPTS, ""));
        files.addAll(OTHERS);
        for (var file : files) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                int columns = lines.get(i).codePointCount(0, lines.get(i).length());
                if (columns > MAX_COLUMNS) wrong.add(where(file, i) + ": " + columns + " columns");
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void noFileIsLongerThan400Lines() throws IOException {
        var wrong = new ArrayList<String>();
        for (var file : files()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MAX_LINES) wrong.add(file.getFileName() + ": " + lines + " lines");
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void noSentenceOfACommentBeginsWithWhatHasOfOrWho() throws IOException {
        var wrong = new ArrayList<String>();
        int comments = 0;
        var files = new ArrayList<>(files());
        files.addAll(files(TESTS, ".java"));
        files.addAll(files(PAGES, ".js"));
        for (var file : files) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (!COMMENT.matcher(lines.get(i)).lookingAt()) continue;
                comments++;
                if (NO_SENTENCE.matcher(lines.get(i)).find()) wrong.add(where(file, i) + ": " + lines.get(i).strip());
            }
        }
        assertTrue(comments > 2000, "it has read the comments: " + comments);
        assertEquals(List.of(), wrong);
    }

    @Test
    void theFirstSentenceOfADocCommentFitsOnOneLine() throws IOException {
        var wrong = new ArrayList<String>();
        for (var file : files()) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.startsWith(DOC + " ") || i > 0 && lines.get(i - 1).strip().startsWith(DOC)) continue;
                if (line.startsWith(DOC + " @")) continue;
                boolean ends = line.matches(".*[.?:)]\\)?( .*)?");
                if (!ends) wrong.add(where(file, i) + ": " + line);
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static List<Path> files() throws IOException {
        return files(PROGRAM, ".java");
    }

    private static List<Path> files(Path root, String ending) throws IOException {
        try (var found = Files.walk(root)) {
            var files = found.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(ending))
                    .sorted().toList();
            assertTrue(files.size() > 10, root + " has files: " + files.size());
            return files;
        }
    }

    private static String where(Path file, int index) {
        return file.getFileName() + ":" + (index + 1);
    }
}
