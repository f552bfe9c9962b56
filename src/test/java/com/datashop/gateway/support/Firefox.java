package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A real Firefox without a window, driven over W3C WebDriver BiDi, which it speaks itself.
///
/// ```
///   test ──WebSocket──▶ firefox-esr (a profile of its own) ──▶ a process for each tab
/// ```
public final class Firefox implements AutoCloseable {
    private static final Pattern ON_PORT = Pattern.compile("WebDriver BiDi listening on ws://127\\.0\\.0\\.1:([0-9]+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// It asks nobody, and it starts no process for a page before there is one.
    private static final String PREFERENCES = """
            user_pref("app.update.enabled", false);
            user_pref("browser.shell.checkDefaultBrowser", false);
            user_pref("browser.startup.page", 0);
            user_pref("datareporting.policy.dataSubmissionEnabled", false);
            user_pref("dom.ipc.processPrelaunch.enabled", false);
            user_pref("dom.ipc.processCount.webIsolated", 8);
            user_pref("network.captive-portal-service.enabled", false);
            user_pref("network.connectivity-service.enabled", false);
            user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
            """;

    private final Path profile;
    private final Child child;
    private final WebSocket socket;
    private final AtomicInteger commands = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();

    /// Starts one.
    public Firefox() {
        var program = Tool.path("firefox-esr");
        try {
            profile = Files.createTempDirectory("firefox");
            Files.writeString(profile.resolve("user.js"), PREFERENCES);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        child = Child.start(program.toString(), "--headless", "--no-remote", "--profile", profile.toString(),
                "--remote-debugging-port", "0");
        try {
            Await.until(() -> "Firefox: " + child, PATIENCE, () -> ON_PORT.matcher(child.err()).find());
            var port = ON_PORT.matcher(child.err());
            if (!port.find()) throw new AssertionError(child.toString());
            socket = HttpClient.newHttpClient().newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port.group(1) + "/session"), new Answers()).join();
            send("session.new", parameters().name("capabilities").beginObject().endObject());
        } catch (RuntimeException | AssertionError failed) {
            end();
            throw failed;
        }
    }

    /// Opens a page in a tab of its own; the tab's name.
    public String open(String url) {
        var context = text(send("browsingContext.create", parameters().member("type", "tab")), "context");
        send("browsingContext.navigate", parameters().member("context", context).member("url", url)
                .member("wait", "complete"));
        return context;
    }

    /// Closes the tab.
    public void close(String tab) {
        send("browsingContext.close", parameters().member("context", tab));
    }

    /// Runs the body of an asynchronous function of `args` in the tab; the text of what it returns as JSON.
    public String script(String tab, String body, String... arguments) {
        var parameters = parameters().member("awaitPromise", true).member("functionDeclaration",
                "async (...args) => JSON.stringify(await (async () => {" + body + "})() ?? null)");
        parameters.name("target").beginObject().member("context", tab).endObject();
        parameters.name("arguments").beginArray();
        for (var argument : arguments)
            parameters.beginObject().member("type", "string").member("value", argument).endObject();
        var answer = send("script.callFunction", parameters.endArray());
        if (!"success".equals(text(answer, "type"))) throw new AssertionError(body + " failed: " + answer);
        return text((JsonObject) answer.get("result"), "value");
    }

    /// The processes that hold pages.
    public Set<Long> pages() {
        return ProcessHandle.of(child.pid()).stream().flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid).filter(Firefox::isPage).collect(Collectors.toCollection(HashSet::new));
    }

    /// Whether the process says that it is for a tab: that is the last word of its command line.
    private static boolean isPage(long process) {
        try {
            var line = Files.readString(Path.of("/proc", String.valueOf(process), "cmdline"), ISO_8859_1);
            return line.contains("-contentproc") && line.replace('\0', ' ').strip().endsWith(" tab");
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void close() {
        end();
    }

    private void end() {
        child.close();
        ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("")
                .contains(profile.toString())).forEach(ProcessHandle::destroyForcibly);
        Directories.delete(profile);
    }

    private static JsonWriter parameters() {
        return new JsonWriter().beginObject();
    }

    private static String text(JsonObject object, String member) {
        return ((JsonString) object.get(member)).value();
    }

    /// Sends a command; its result, or an error that tells what is wrong.
    private JsonObject send(String method, JsonWriter parameters) {
        int id = commands.incrementAndGet();
        var answer = new CompletableFuture<JsonObject>();
        answers.put(id, answer);
        var command = new JsonWriter().beginObject().member("id", id).member("method", method).name("params")
                .raw(parameters.endObject().toBytes()).endObject().toString();
        try {
            socket.sendText(command, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var received = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (received.get("result") instanceof JsonObject result) return result;
            throw new AssertionError(command + " was answered " + received);
        } catch (ExecutionException | TimeoutException failed) {
            throw new AssertionError(command + ": " + child, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        } finally {
            answers.remove(id);
        }
    }

    /// Hands answers to those who wait for them. Events have no number.
    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(String message) {
            try {
                if (!(JsonValue.parse(message) instanceof JsonObject answer)
                        || !(answer.get("id") instanceof JsonNumber id)) return;
                var waiting = answers.get(Integer.parseInt(id.text()));
                if (waiting != null) waiting.complete(answer);
            } catch (JsonException foreign) {
                throw new AssertionError(foreign);
            }
        }
    }

    /// The texts of a JSON array of strings.
    public static List<String> texts(String json) {
        try {
            return ((JsonArray) JsonValue.parse(json)).elements().stream().map(one -> ((JsonString) one).value())
                    .toList();
        } catch (JsonException invalid) {
            throw new AssertionError(invalid);
        }
    }
}
