package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// What the README shows, taken from it word for word, so that it can be run.
public final class Readme {
    /// Where the README's gateway is.
    private static final String THERE = "localhost:3002";

    private Readme() { }

    /// Its block of that language that contains the mark.
    public static String block(String language, String mark) {
        var blocks = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(text());
        while (blocks.find()) if (blocks.group(1).contains(mark)) return blocks.group(1);
        throw new AssertionError("the README has no " + language + " block with " + mark);
    }

    /// The same, with the gateway of the test in place of the README's.
    public static String block(String language, String mark, int port) {
        var block = block(language, mark);
        if (!block.contains(THERE)) throw new AssertionError("no " + THERE + " in " + block);
        return block.replace(THERE, "127.0.0.1:" + port);
    }

    /// All of it.
    public static String text() {
        try {
            return Files.readString(Path.of("README.md"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
