package com.datashop.gateway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The bench as a whole, small, with a real gateway in a process of its own.
class BenchTest {
    /// The jar is made after the tests.
    private static final Setup SETUP = new Setup(Jar.PROGRAM, List.of(Jvm.QUICK, "-Xmx256m"), List.of(), "");
    private static final Machine MACHINE =
            new Machine("a processor", 2, 8, "a kernel", "a Java", "a commit", "a command", "a date");
    private static final Plan SMALL = new Plan(1, 0.2, 0.2, 20, 200, 230);

    @Test
    void everyFigureOfTheGatewayIsTakenAndNothingIsWrongWithWhatItSends() throws JsonException {
        var only = Set.of("fanout", "storm", "ingest", "first-minute");
        var progress = new ArrayList<String>();
        var report = Bench.measure(new Arguments(false, false, only, List.of(), Optional.empty(),
                Optional.empty(), SETUP, Optional.empty()), SMALL, MACHINE, progress::add);
        var table = report.markdown();
        for (var figure : List.of(Figure.FAN_OUT, Figure.FAN_OUT_CPU, Figure.COLD_CPU, Figure.STORM,
                Figure.SHIP_OTLP))
            assertTrue(table.lines().anyMatch(line -> line.startsWith("| " + figure.title() + ", " + figure.unit()
                    + " | ") && line.matches(".*\\| [0-9][^|]* \\|")),
                    figure + " in\n" + table);
        assertEquals(List.of(), table.lines().filter(line -> line.startsWith("* ")).toList());
        var contenders = (JsonArray) ((JsonObject) JsonValue.parse(report.json())).get("contenders");
        assertEquals("gateway", ((JsonString) ((JsonObject) contenders.elements().getFirst()).get("contender"))
                .value());
        assertEquals(only.size(), progress.size(), progress.toString());
    }

    @Test
    void theBareServerBringsEveryEventInOrderToo() {
        var report = Bench.measure(new Arguments(false, false, Set.of("fanout-100", "one-to-all"),
                List.of(Contender.BARE), Optional.empty(), Optional.empty(), SETUP, Optional.empty()), SMALL,
                MACHINE, _ -> { });
        var table = report.markdown();
        for (var figure : List.of(Figure.OFFERED_CPU, Figure.TO_ALL_LAST))
            assertTrue(table.lines().anyMatch(line -> line.startsWith("| " + figure.title()) && line.endsWith(" x |")),
                    figure + " in\n" + table);
        assertEquals(List.of(), table.lines().filter(line -> line.startsWith("* ")).toList());
    }

    @Test
    void quickComparesWithALoopInThisProcessInTurn() {
        var report = Bench.measure(new Arguments(true, false, Set.of("publish"), List.of(Contender.FLOOR),
                Optional.empty(), Optional.empty(), SETUP, Optional.empty()), SMALL, MACHINE, _ -> { });
        var table = report.markdown();
        assertTrue(table.startsWith("| | gateway | " + Contender.FLOOR.title() + " | gateway is |\n"), table);
        assertTrue(table.lines().anyMatch(line -> line.startsWith("| " + Figure.PUBLISH.title())
                && line.endsWith(" x |")), table);
    }

    @Test
    void lookingBackIsMeasuredOnALogThatIsDeletedAfterwards() throws IOException {
        var directory = Files.createTempDirectory("past");
        var progress = new ArrayList<String>();
        var kinds = List.of(new LookingBack.Kind(1, 20));
        var back = new LookingBack(SETUP, SMALL, directory, progress::add);
        var plot = back.plot(kinds);
        back.delete(kinds);
        assertEquals(4, plot.series().size());
        for (var line : plot.series()) assertEquals(1, line.points().size(), line.name() + ": " + progress);
        var table = LookingBack.table(plot, kinds);
        assertTrue(table.matches("(?s).*\n[|] 1 [|] 20 [|]( [0-9][^|]*[|]){4}\n"), table);
        Files.delete(directory); // which is empty
    }

    @Test
    void aBadOptionIsNamed() {
        var workloads = Set.of("fanout");
        for (var bad : List.of(List.of("--nothing"), List.of("--only", "nothing"), List.of("--peers", "nobody"),
                List.of("--runs", "0"), List.of("--runs"), List.of("--streams", "99"))) {
            var refusal = assertThrows(IllegalArgumentException.class,
                    () -> Arguments.of(workloads, bad.toArray(String[]::new)));
            assertTrue(refusal.getMessage().contains(bad.getFirst()), refusal.getMessage());
        }
    }
}
