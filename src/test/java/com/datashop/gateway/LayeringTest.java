package com.datashop.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Which package may use which, read from the class files.
class LayeringTest {
    private static final Path CLASSES = Path.of("target/classes/com/datashop/gateway");
    /// A package uses only those before it.
    private static final List<String> ROOMS =
            List.of("time", "heap", "json", "sse", "metrics", "event", "auth", "replay", "history",
            "log", "log.memory", "log.disk", "log.shared", "log.shared.redis", "log.shared.kafka",
            "hub.rest", "hub", "ingest", "ingest.protobuf", "ingest.entries", "ingest.records", "ingest.hec",
            "ingest.otlp",
            "ingest.loki", "ingest.elastic", "ingest.logplex", "ingest.journal",
            "http", "http.access", "http.pages", "http.api", "client", "cli.jvm", "cli.config", "cli.command", "cli");
    /// These know nothing of each other: each is one kind of log.
    private static final List<String> APART = List.of("log.memory", "log.disk", "log.shared");
    private static final Pattern OURS = Pattern.compile("com/datashop/gateway/((?:[a-z]+/)*)");
    /// Beside `java.base`: what the frame names, the JVM's own options, and nothing else of the JDK.
    private static final Pattern OF_THE_JDK =
            Pattern.compile(
            "^(java|javax/crypto|javax/net|com/sun/net/httpserver)/.*|^com/sun/management/(HotSpotDiagnosticMXBean|"
            + "VMOption).*");

    @Test
    void aPackageUsesOnlyWhatStandsAboveIt() throws IOException {
        var seen = new TreeMap<String, Integer>();
        var wrong = new TreeSet<String>();
        for (var file : classFiles()) {
            var room = room(file);
            seen.merge(room, 1, Integer::sum);
            for (var entry : ClassFile.of().parse(file).constantPool()) {
                if (!(entry instanceof Utf8Entry text)) continue;
                var used = OURS.matcher(text.stringValue());
                while (used.find()) {
                    var other = used.group(1).replaceFirst("/$", "").replace('/', '.');
                    if (other.isEmpty()) continue;
                    if (ROOMS.indexOf(other) > ROOMS.indexOf(room) || areApart(room, other))
                        wrong.add(room + " uses " + other + " in " + file.getFileName());
                }
            }
        }
        assertEquals(new TreeSet<>(ROOMS), seen.keySet(), "every room was scanned, and there is no other");
        assertTrue(seen.values().stream().mapToInt(count -> count).sum() > 80, "with its classes: " + seen);
        assertEquals(new TreeSet<>(), wrong);
    }

    @Test
    void nothingButTheJdkIsUsed() throws IOException {
        var foreign = new TreeSet<String>();
        int entries = 0;
        for (var file : classFiles()) {
            for (var entry : ClassFile.of().parse(file).constantPool()) {
                if (!(entry instanceof ClassEntry type)) continue;
                var name = type.asInternalName().replaceFirst("^\\[+L?", "").replace(";", "");
                if (name.length() > 1) entries++;
                if (name.length() > 1 && !OURS.matcher(name).lookingAt() && !OF_THE_JDK.matcher(name).matches())
                    foreign.add(name);
            }
        }
        assertTrue(entries > 500, "class references were seen: " + entries);
        assertEquals(new TreeSet<>(), foreign);
    }

    @Test
    void onlyTheCommandLinePrints() throws IOException {
        var printing = new TreeSet<String>();
        var standard = new TreeSet<String>();
        for (var file : classFiles()) {
            var room = room(file);
            for (var entry : ClassFile.of().parse(file).constantPool()) {
                if (!(entry instanceof java.lang.classfile.constantpool.FieldRefEntry field) || !field.owner()
                        .asInternalName().equals("java/lang/System"))
                    continue;
                (room.startsWith("cli") ? standard : printing).add(room + "/" + file.getFileName());
            }
        }
        assertTrue(!standard.isEmpty(), "the command line was seen to print");
        assertEquals(new TreeSet<>(), printing);
    }

    private static String room(Path file) {
        return CLASSES.relativize(file).getParent().toString().replace('/', '.');
    }

    private static boolean areApart(String room, String other) {
        var mine = APART.stream().filter(kind -> room.startsWith(kind)).findFirst();
        var theirs = APART.stream().filter(kind -> other.startsWith(kind)).findFirst();
        return mine.isPresent() && theirs.isPresent() && !mine.equals(theirs);
    }

    private static List<Path> classFiles() throws IOException {
        try (var files = Files.walk(CLASSES)) {
            return files.filter(file -> file.toString().endsWith(".class") && !file.endsWith("package-info.class"))
                    .toList();
        }
    }
}
