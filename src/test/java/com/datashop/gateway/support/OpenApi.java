package com.datashop.gateway.support;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/// The gateway's `openapi.json`, and the replies that are to fit it.
public final class OpenApi {
    private static final String STREAM = "text/event-stream";
    private static final Duration BOUND = Duration.ofMinutes(1);

    private final String text;
    private final JsonObject document;
    private final List<String> values = new ArrayList<>();
    private final TreeSet<String> wrong = new TreeSet<>();
    private final TreeSet<String> seen = new TreeSet<>();

    /// The document that this gateway serves.
    public OpenApi(Gateway gateway) {
        text = gateway.get("/openapi.json").body();
        document = Gateway.object(text);
    }

    /// The whole document.
    public JsonObject document() {
        return document;
    }

    /// The operations, as `GET /health`.
    public List<String> operations() {
        var operations = new ArrayList<String>();
        object("paths").members().forEach((path, methods) -> ((JsonObject) methods).members().keySet()
                .forEach(method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path)));
        return operations;
    }

    /// The object that these names lead to.
    public JsonObject object(String... names) {
        var found = document;
        for (var name : names) {
            if (!(found.get(name) instanceof JsonObject next))
                throw new AssertionError("no " + String.join("/", names));
            found = next;
        }
        return resolved(found);
    }

    /// Notes the reply: its status, its content type, the headers that it must have, and its body.
    ///
    /// @param operation as `GET /health`
    public void note(String operation, HttpResponse<String> reply) {
        note(operation, reply.statusCode(), reply);
    }

    private void note(String operation, int status, HttpResponse<String> reply) {
        seen.add(operation + " " + status);
        var type = reply.headers().firstValue("Content-Type").orElse("").split(";")[0];
        var response = response(operation, status);
        if (response == null) {
            wrong.add(operation + " answers " + status + ", which is not documented: " + reply.body());
            return;
        }
        if (response.get("headers") instanceof JsonObject headers) headers.members().forEach((name, header) -> {
            boolean required = String.valueOf(((JsonObject) header).get("required")).equals("true");
            if (required && reply.headers().firstValue(name).isEmpty())
                wrong.add(operation + " " + status + " lacks " + name);
        });
        if (response.get("content") == null && reply.body().isEmpty()) return;
        if (!(response.get("content") instanceof JsonObject content) || content.get(type) == null)
            wrong.add(operation + " answers " + status + " with " + type + ", which is not documented");
        else if (type.endsWith("json"))
            value(operation + " " + status, pointer(operation, status) + "/content/" + escaped(type) + "/schema",
                    reply.body());
    }

    /// Notes a message of a stream.
    public void note(Message message) {
        String operation = "GET /api/logs/stream";
        seen.add("message " + message.event());
        value(message.event(), pointer(operation, 200) + "/content/" + escaped(STREAM) + "/x-messages/"
                + message.event(), message.data());
    }

    /// The things that were noted, as `GET /health 200` and `message gap`.
    public TreeSet<String> seen() {
        return seen;
    }

    /// Checks the document, and all that was noted against it; what is wrong.
    public TreeSet<String> wrong(Path directory) throws IOException {
        var npm = Packages.npm();
        var script = Files.copy(Packages.source("openapi.mjs"), npm.resolve("openapi.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        var file = Files.writeString(directory.resolve("openapi.json"), text);
        var lines = Files.write(directory.resolve("values"), values);
        try (var node = Child.start(Tool.path("node").toString(), script.toString(), file.toString(),
                lines.toString())) {
            if (node.awaitExit(BOUND) != 0 || !node.out().contains("checked " + values.size()))
                throw new AssertionError(node.toString());
            node.out().lines().filter(line -> !line.startsWith("checked ")).forEach(wrong::add);
        }
        return wrong;
    }

    private void value(String name, String pointer, String json) {
        try {
            values.add(new JsonWriter().beginObject().member("name", name).member("pointer", pointer).name("value")
                    .value(JsonValue.parse(json))
                    .endObject().toString());
        } catch (JsonException invalid) {
            wrong.add(name + " is not JSON: " + json);
        }
    }

    private JsonObject response(String operation, int status) {
        var found = object("paths", path(operation), method(operation), "responses").get(String.valueOf(status));
        return found == null ? null : resolved((JsonObject) found);
    }

    private String pointer(String operation, int status) {
        var found = object("paths", path(operation), method(operation), "responses").get(String.valueOf(status));
        return found instanceof JsonObject object && object.get("$ref") instanceof JsonString reference
                ? reference.value().substring(1)
                : "/paths/" + escaped(path(operation)) + "/" + method(operation) + "/responses/" + status;
    }

    private JsonObject resolved(JsonObject object) {
        return object.get("$ref") instanceof JsonString reference
                ? object(reference.value().substring(2).split("/")) : object;
    }

    private static String method(String operation) {
        return operation.substring(0, operation.indexOf(' ')).toLowerCase(Locale.ROOT);
    }

    private static String path(String operation) {
        return operation.substring(operation.indexOf(' ') + 1);
    }

    /// RFC 6901, 3 and 6.
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D");
    }

    /// The texts of an array of strings.
    public static List<String> texts(JsonValue array) {
        return ((JsonArray) array).elements().stream().map(element -> ((JsonString) element).value()).toList();
    }
}
