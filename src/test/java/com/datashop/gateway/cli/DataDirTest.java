package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.SmallDisk;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory for the log is one gateway's, and one that is not fit for it stops the start with one line; without
/// `DATA_DIR` nothing touches the disk.
class DataDirTest {
    @TempDir
    Path parent;

    @Test
    void aSecondGatewayOnTheSameDirectoryDoesNotStartAndSaysWhoseItIs() {
        var directory = parent.resolve("made/for/it");
        try (var first = GatewayProcess.start("DATA_DIR=" + directory)) {
            assertRefused(launch(directory), "DATA_DIR " + directory + " is in use by another gateway, process "
                    + first.pid());
            assertEquals(200, first.client().tryPublish("w/r", "1").statusCode(), "the first one does not mind");
            first.signal("KILL");
            first.awaitExit();
        }
        try (var next = GatewayProcess.start("DATA_DIR=" + directory)) {
            assertEquals(200, next.client().get("/health").statusCode(), "what a killed one leaves is nobody's");
        }
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        var file = Files.writeString(parent.resolve("file"), "mine");
        assertRefused(launch(file), "DATA_DIR " + file + " is not a directory");
        assertEquals("mine", Files.readString(file));
        assertRefused(launch(file.resolve("below")), "DATA_DIR " + file.resolve("below") + " can not be used: ");
    }

    @Test
    void aReadOnlyFileSystemIsNotFit() {
        try (var disk = SmallDisk.mount(parent, 1 << 20, "ro")) {
            assertRefused(launch(disk.directory()), "DATA_DIR " + disk.directory()
                    + " can not be used: Read-only file system");
            var below = disk.directory().resolve("log");
            assertRefused(launch(below), "DATA_DIR " + below + " can not be used: Read-only file system");
        }
    }

    @Test
    void aDirectoryWithoutTheRightToWriteIsNotFit() throws IOException {
        var directory = Files.createDirectory(parent.resolve("locked"));
        assertTrue(directory.toFile().setWritable(false));
        // root may write everywhere, unless it has given that up
        var unprivileged = List.of(Tool.path("setpriv").toString(), "--bounding-set=-dac_override,-dac_read_search");
        boolean root = System.getProperty("user.name").equals("root");
        try (var gateway = GatewayProcess.launchUnder(root ? unprivileged : List.of(), settings(directory))) {
            assertRefused(gateway, "DATA_DIR " + directory + " can not be used: permission denied");
        }
    }

    @Test
    void withoutADirectoryNothingTouchesTheDisk() {
        try (var gateway = GatewayProcess.start(); var follower = gateway.client().follow("logs:etl:w:r")) {
            var id = gateway.client().publish("w/r", "1");
            assertEquals(id, follower.nextLog().id());
            var open = gateway.openForWriting().stream()
                    .filter(file -> !file.startsWith("/tmp/hsperfdata_" + System.getProperty("user.name"))).toList();
            assertEquals(List.of(), open, "but for what the JVM keeps for its own tools");
        }
        var directory = parent.resolve("log");
        try (var gateway = GatewayProcess.start("DATA_DIR=" + directory)) {
            Await.until("the log to be open", () -> gateway.openForWriting().stream()
                    .anyMatch(file -> file.startsWith(directory)));
        }
    }

    private static GatewayProcess launch(Path directory) {
        return GatewayProcess.launch(settings(directory));
    }

    private static List<String> settings(Path directory) {
        return List.of("PORT=0", "HOST=127.0.0.1", "DATA_DIR=" + directory);
    }

    private static void assertRefused(GatewayProcess gateway, String why) {
        try (gateway) {
            assertEquals(Exit.FAILED.code(), gateway.awaitExit(), gateway.toString());
            assertTrue(gateway.err().startsWith("gateway: " + why), gateway.err());
            assertEquals(1, gateway.err().lines().count(), gateway.err());
            assertEquals("", gateway.out());
        }
    }
}
