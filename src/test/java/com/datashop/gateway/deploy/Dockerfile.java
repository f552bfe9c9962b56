package com.datashop.gateway.deploy;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The instructions of the last stage of the Dockerfile, which say how the container runs.
record Dockerfile(List<String> instructions) {
    static Dockerfile read() throws IOException {
        var lines = Files.readString(Path.of("Dockerfile")).replace("\\\n", " ").lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        int last = 0;
        for (int i = 0; i < lines.size(); i++) if (lines.get(i).startsWith("FROM ")) last = i;
        return new Dockerfile(lines.subList(last, lines.size()));
    }

    /// The text after the one instruction of this name.
    String value(String name) {
        var values = values(name);
        if (values.size() != 1)
            throw new AssertionError(name + " stands " + values.size() + " times in " + instructions);
        return values.getFirst();
    }

    List<String> values(String name) {
        return instructions.stream().filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length()).strip()).toList();
    }

    /// A command in exec form: the words of the array that the instruction ends with.
    List<String> command(String name) {
        var value = value(name);
        try {
            var words = new ArrayList<String>();
            for (var word : ((JsonArray) JsonValue.parse(value.substring(value.indexOf('[')))).elements())
                words.add(((JsonString) word).value());
            return words;
        } catch (JsonException shellForm) {
            throw new AssertionError(name + " is not in exec form: " + value, shellForm);
        }
    }
}
