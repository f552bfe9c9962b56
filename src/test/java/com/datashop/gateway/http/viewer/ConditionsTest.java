package com.datashop.gateway.http.viewer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.TemporaryDirectory;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Tabs that share a stream filter for themselves, and let through what the gateway would: by the same vectors.
class ConditionsTest {
    @Test
    void everyRowOfTheGatewaysFiltersIsFoundOrHeldBackAsItSays() throws IOException {
        var rows = new ArrayList<String>();
        var lines = Files.readAllLines(Path.of("src/test/resources/com/datashop/gateway/http/filters.txt"));
        for (var line : lines) {
            if (line.isBlank() || line.startsWith("#") || line.contains("{x*") || line.contains("*")
                    && line.matches(".*\\{.\\*[0-9]+\\}.*"))
                continue;
            int bar = line.indexOf(" | ");
            int arrow = line.lastIndexOf(" => ");
            var row = new JsonWriter().beginObject().name("query").beginArray();
            for (var part : line.substring(0, bar).split("&"))
                row.beginArray().value(part.substring(0, part.indexOf('=')))
                        .value(URLDecoder.decode(part.substring(part.indexOf('=') + 1), UTF_8)).endArray();
            rows.add(row.endArray().member("data", bytes(line.substring(bar + 3, arrow)))
                    .member("passes", line.substring(arrow + 4).strip()).endObject().toString());
        }
        assertTrue(rows.size() > 90, "rows were read: " + rows.size());
        try (var directory = TemporaryDirectory.create("conditions")) {
            Files.write(directory.path().resolve("rows"), rows);
            var script = Files.writeString(directory.path().resolve("script.mjs"), """
                    import { readFileSync } from 'node:fs';
                    const { conditionsOf, matcher } = await import(process.argv[2]);
                    for (const line of readFileSync(new URL('rows', import.meta.url), 'utf8').trimEnd().split('\\n')) {
                      const { query, data, passes } = JSON.parse(line);
                      const wish = {};
                      for (const [name, value] of query) (wish[name] ??= []).push(value);
                      if (wish.level) wish.level = wish.level[0];
                      const conditions = conditionsOf(wish);
                      const found = conditions === null ? 'refused' : matcher(conditions)?.(data) ?? true
                          ? 'yes' : 'no';
                      if (found !== passes) console.log(found + ' ' + line);
                    }
                    """);
            try (var node = Child.start(Tool.path("node").toString(), "--no-warnings", script.toString(),
                    Path.of("src/main/resources/web/client/conditions.js").toUri().toString())) {
                assertEquals(0, node.awaitExit(), node::err);
                assertEquals("", node.out());
            }
        }
    }

    /// `\\xNN` is the byte NN.
    private static String bytes(String text) {
        var bytes = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\x", i)) {
                bytes.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                bytes.writeBytes(text.substring(i, i + 1).getBytes(UTF_8));
            }
        }
        return bytes.toString(UTF_8);
    }
}
