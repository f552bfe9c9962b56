package com.datashop.gateway.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Docs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The form of the documents: how long they are, what they link to, and how they are written.
class DocumentsTest {
    private static final int MAX_README_LINES = 200;
    private static final int MAX_COLUMNS = 120;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#+ (.*)");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    /// A file of this repository, as a document names it in the text.
    private static final Pattern FILE = Pattern.compile("`((?:src|scripts|\\.ci|\\.github)/[\\w./-]+)`");
    /// The documents that lead through the source.
    private static final List<String> GUIDES = List.of("architecture.md", "contributing.md");
    private static final List<Path> SOURCES = List.of(Path.of("src/main/java"), Path.of("src/test/java"));
    private static final Path ROOT = Path.of("src/main/java/com/datashop/gateway");
    /// A type of ours, perhaps with its package before it or a member behind it.
    private static final Pattern TYPE =
            Pattern.compile("`((?:[a-z]+\\.)*)([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?(?:\\([^`]*\\))?`");
    /// A member of the type whose file the link before it names.
    private static final Pattern MEMBER = Pattern.compile("\\]\\(([^)\\s]+\\.java)\\)\\s+`\\.(\\w+)`");
    private static final Pattern PACKAGE = Pattern.compile("`([a-z]+(?:\\.[a-z]+)+)`");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) (\\w+)");
    /// A reader who meets these at the start of a sentence expects a question.
    private static final Pattern QUESTION_WORD = Pattern.compile("(?:^|[.!?:] )(?:What|Has|Of|Who) [^.!?]*[.!:]");

    @Test
    void theReadmeHasAtMost200Lines() {
        long lines = Docs.text(Docs.README).lines().count();
        assertTrue(lines <= MAX_README_LINES, lines + " lines");
    }

    @Test
    void noLineOfProseIsLongerThan120Columns() {
        var long_ = new ArrayList<Docs.Line>();
        int seen = 0;
        for (var document : Docs.all()) {
            for (var line : Docs.lines(document)) {
                seen++;
                if (!line.isRow() && columns(line.text()) > MAX_COLUMNS) long_.add(line);
            }
        }
        assertTrue(seen > 500, "saw " + seen);
        assertEquals(List.of(), long_);
    }

    @Test
    void theReadmeLinksToEveryDocument() {
        var linked = new HashSet<Path>();
        for (var link : links(Docs.README))
            if (!link.startsWith("http")) linked.add(Path.of(link.replaceFirst("#.*", "")));
        var missing = new ArrayList<>(Docs.all());
        assertTrue(missing.size() > 10, missing::toString);
        missing.remove(Docs.README);
        missing.removeAll(linked);
        assertEquals(List.of(), missing);
    }

    @Test
    void everyLinkToAFileOrAHeadingResolves() {
        var broken = new ArrayList<String>();
        int seen = 0;
        Map<Path, Set<String>> anchors = new HashMap<>();
        for (var document : Docs.all()) {
            var folder = document.toAbsolutePath().getParent();
            for (var link : links(document)) {
                if (link.matches("https?:.*")) continue;
                seen++;
                var parts = link.split("#", 2);
                var file = parts[0].isEmpty() ? document.toAbsolutePath() : folder.resolve(parts[0]).normalize();
                boolean resolves = Files.exists(file);
                if (resolves && parts.length == 2)
                    resolves = anchors.computeIfAbsent(file, DocumentsTest::anchors).contains(parts[1]);
                if (!resolves) broken.add(document + ": " + link);
            }
        }
        assertTrue(seen > 30, "saw " + seen);
        assertEquals(List.of(), broken);
    }

    @Test
    void everyFileOfTheRepositoryThatTheTextNamesIsThere() {
        var missing = new ArrayList<String>();
        int seen = 0;
        for (var document : Docs.all()) {
            for (var line : Docs.lines(document)) {
                var files = FILE.matcher(line.text());
                while (files.find()) {
                    seen++;
                    if (!Files.exists(Path.of(files.group(1)))) missing.add(line + ": " + files.group(1));
                }
            }
        }
        assertTrue(seen > 10, "saw " + seen);
        assertEquals(List.of(), missing);
    }

    @Test
    void everyTypeMemberAndPackageThatTheGuidesNameIsInTheSource() throws IOException {
        var types = types();
        var missing = new ArrayList<String>();
        int seen = 0;
        for (var guide : GUIDES) {
            String text = Docs.text(guide);
            for (var found = TYPE.matcher(text); found.find(); seen++) {
                String folder = found.group(1).replace('.', '/');
                var sources = types.getOrDefault(found.group(2), List.of()).stream()
                        .filter(source -> folder.isEmpty() || source.startsWith(ROOT.resolve(folder))).toList();
                if (sources.isEmpty() || !names(sources, found.group(3))) missing.add(guide + ": " + found.group());
            }
            for (var found = MEMBER.matcher(text); found.find(); seen++) {
                if (!names(List.of(Docs.FOLDER.resolve(found.group(1))), found.group(2)))
                    missing.add(guide + ": " + found.group());
            }
            for (var found = PACKAGE.matcher(text); found.find(); ) {
                String top = found.group(1).substring(0, found.group(1).indexOf('.'));
                if (!Files.isDirectory(ROOT.resolve(top))) continue;
                seen++;
                if (!Files.isDirectory(ROOT.resolve(found.group(1).replace('.', '/'))))
                    missing.add(guide + ": " + found.group());
            }
        }
        assertTrue(seen > 60, "saw " + seen);
        assertEquals(List.of(), missing);
    }

    @Test
    void everyPictureIsShownSomewhere() throws Exception {
        var shown = new HashSet<Path>();
        for (var document : Docs.all())
            for (var link : links(document)) shown.add(document.toAbsolutePath().getParent().resolve(link).normalize());
        try (var files = Files.list(Docs.FOLDER.resolve("images"))) {
            var pictures = files.map(Path::toAbsolutePath).toList();
            assertTrue(pictures.size() > 5, pictures::toString);
            assertEquals(List.of(), pictures.stream().filter(picture -> !shown.contains(picture)).toList());
        }
    }

    @Test
    void noSentenceBeginsWithAQuestionWordUnlessItIsAQuestion() {
        var found = new ArrayList<Docs.Line>();
        for (var document : Docs.all()) {
            for (var line : Docs.lines(document)) {
                var text = line.text().replaceFirst("^(?:[*-]|\\d+\\.) ", "").replace("**", "");
                if (!text.startsWith("#") && QUESTION_WORD.matcher(text).find()) found.add(line);
            }
        }
        assertEquals(List.of(), found);
    }

    /// The source files that declare each type, by its simple name.
    private static Map<String, List<Path>> types() throws IOException {
        var types = new HashMap<String, List<Path>>();
        for (var root : SOURCES) {
            try (var files = Files.walk(root)) {
                for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    var declared = DECLARED.matcher(Files.readString(file));
                    while (declared.find()) types.computeIfAbsent(declared.group(1), _ -> new ArrayList<>()).add(file);
                }
            }
        }
        return types;
    }

    /// Whether one of the sources has the member; true when none is asked for.
    private static boolean names(List<Path> sources, String member) throws IOException {
        if (member == null) return true;
        for (var source : sources)
            if (Pattern.compile("\\b" + member + "\\b").matcher(Files.readString(source)).find()) return true;
        return false;
    }

    private static int columns(String line) {
        return line.codePointCount(0, line.length());
    }

    private static List<String> links(Path document) {
        var links = new ArrayList<String>();
        for (var line : Docs.lines(document)) {
            var found = LINK.matcher(CODE.matcher(line.text()).replaceAll("code"));
            while (found.find()) links.add(found.group(1));
        }
        return links;
    }

    /// The anchors that GitHub gives to the headings of a document.
    private static Set<String> anchors(Path document) {
        var anchors = new HashSet<String>();
        for (var line : Docs.lines(document)) {
            var heading = HEADING.matcher(line.text());
            if (!heading.matches()) continue;
            var words = heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "");
            anchors.add(words.replace(' ', '-'));
        }
        return anchors;
    }
}
