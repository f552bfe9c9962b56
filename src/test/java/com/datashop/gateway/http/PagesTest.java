package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.http.pages.Pages;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the gateway's own pages, and the files they are made of, are served.
class PagesTest {
    private static final String HTML =
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    /// A name in a page, a style or a module: a relative path, so that it works below a prefix of a proxy too.
    private static final Pattern NAMED =
            Pattern.compile("(?:(?<!<a )href=|src=|from |import\\(?|url\\()[\"']([^\"'#]+)[\"']");
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|text/html; charset=utf-8",
                "TEXT/HTML|text/html; charset=utf-8",
        "application/json;q=0.5, text/html;q=0.9|text/html; charset=utf-8", "*/*|application/json",
        "application/json|application/json",
        "application/json, text/plain, */*|application/json", "text/html;q=0|application/json",
        "text/html;q=0.1, application/json|application/json", "text/htmlx|application/json"})
    void theIndexIsAPageForABrowserAndJsonForEverybodyElse(String accept, String contentType) {
        var answer = get("/", "Accept: " + accept);
        assertEquals(200, answer.status());
        assertEquals(contentType, answer.header("Content-Type"));
        assertTrue(List.of(answer.header("Vary").split(", ")).containsAll(List.of("Origin", "Accept")),
                answer.header("Vary"));
    }

    @Test
    void everyFileOfAPageIsServedWithItsTypeAndAllTheHeaders() {
        var files = files();
        assertTrue(files.size() >= 4, files.keySet().toString());
        files.forEach((path, answer) -> {
            assertEquals(200, answer.status(), path);
            assertEquals(type(path), answer.header("Content-Type"), path);
            assertEquals("no-cache", answer.header("Cache-Control"), path);
            assertEquals("nosniff", answer.header("X-Content-Type-Options"), path);
            assertTrue(answer.header("ETag").matches("\"[0-9a-f]{32}\""), path);
            var policy = answer.header("Content-Security-Policy");
            for (var part : List.of("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
                    "base-uri 'none'", "form-action 'none'",
                    "frame-ancestors 'none'", "require-trusted-types-for 'script'",
                            "trusted-types logs-worker")) assertTrue(List.of(policy.split("; ")).contains(part),
                            path + ": " + policy);
            assertTrue(!policy.contains("unsafe"), policy);
        });
    }

    @Test
    void noPageNamesAnythingOutsideTheGatewayNorHoldsScriptOrStyleInline() {
        files().forEach((path, answer) -> {
            // what the usage in client.js calls the gateway
            var outside = answer.text().replace("https://logs.example.com/", "");
            assertTrue(!outside.contains("https://") && !outside.contains("src=\"//"), path);
            var named = NAMED.matcher(outside);
            while (named.find())
                assertTrue(!named.group(1).startsWith("/"), () -> path + " names " + named.group(1)
                        + ", which below a prefix of a proxy is another's");
            if (path.equals("/"))
                assertTrue(!Pattern.compile("<script(?![^>]* src=)|<style|\\son[a-z]+=|\\sstyle=")
                        .matcher(answer.text()).find(), path);
        });
    }

    @Test
    void aPageNamesAllItsModulesAtOnceSoThatNoneIsFoundOnlyInAnother() {
        String page = get("/", HTML).text();
        for (var path : files().keySet())
            if (path.endsWith(".js") && !path.endsWith("/main.js"))
                assertTrue(page.contains("<link rel=\"modulepreload\" href=\"" + path.substring(1) + "\">"), path);
    }

    @Test
    void aFileThatTheBrowserStillHasIsNotSentAgain() {
        for (var path : files().keySet()) {
            String tag = get(path, HTML).header("ETag");
            for (var known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
                var answer = get(path, HTML, "If-None-Match: " + known);
                assertEquals(304, answer.status(), path + " " + known);
                assertEquals(0, answer.body().length);
                assertEquals(tag, answer.header("ETag"));
                assertEquals("no-cache", answer.header("Cache-Control"));
                assertTrue(answer.header("Vary").contains("Accept-Encoding"), path);
                for (var name : List.of("Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding"))
                    assertNull(answer.header(name), name);
            }
            for (var known : List.of("\"other\"", tag.replace("\"", "")))
                assertEquals(200, get(path, HTML, "If-None-Match: " + known).status(), known);
        }
    }

    @Test
    void aClientThatAcceptsGzipGetsTheSameContentInFewerBytes() throws IOException {
        for (var path : files().keySet()) {
            var plain = get(path, HTML);
            assertNull(plain.header("Content-Encoding"));
            for (var refused : List.of("gzip;q=0", "br", "identity"))
                assertNull(get(path, HTML, "Accept-Encoding: " + refused).header("Content-Encoding"), refused);
            var zipped = get(path, HTML, "Accept-Encoding: gzip, deflate, br");
            assertEquals("gzip", zipped.header("Content-Encoding"), path);
            assertEquals(plain.header("Content-Type"), zipped.header("Content-Type"));
            assertNotEquals(plain.header("ETag"), zipped.header("ETag"), "RFC 9110, 8.8.3.3: other bytes, another tag");
            assertArrayEquals(plain.body(), new GZIPInputStream(new ByteArrayInputStream(zipped.body()))
                    .readAllBytes());
            assertEquals(304, get(path, HTML, "Accept-Encoding: gzip", "If-None-Match: " + zipped.header("ETag"))
                    .status());
        }
    }

    @Test
    void headAndNotModifiedLeaveTheConnectionAsItWas() {
        try (var connection = Wire.connect(gateway.port())) {
            for (var path : files().keySet()) {
                connection.send(request("GET", path, HTML));
                var whole = connection.receive();
                connection.send(request("HEAD", path, HTML));
                var head = connection.receive("HEAD");
                for (var name : List.of("Content-Type", "Content-Length", "ETag", "Vary", "Content-Security-Policy"))
                    assertEquals(whole.header(name), head.header(name), path + " " + name);
                for (var method : List.of("GET", "HEAD")) {
                    connection.send(request(method, path, HTML, "If-None-Match: " + whole.header("ETag")));
                    var known = connection.receive(method);
                    assertEquals(304, known.status());
                    assertNull(known.header("Content-Length"), method);
                }
            }
            connection.send(request("GET", "/health"));
            assertEquals(200, connection.receive().status());
        }
    }

    @Test
    void nothingElseOfTheJarIsServed() {
        for (var path : List.of("/viewer/index.html", "/viewer/", "/viewer", "/pages/theme.css", "/viewer/../client.js",
                "/META-INF/MANIFEST.MF", "/cli/version.txt", "/viewer/main.js/"))
            assertEquals(404, get(path).status(), path);
    }

    @Test
    void aCopyOfThisReleaseIsTheSameFileForGoodAndTheDocumentHasItsHash() throws Exception {
        var documented = Docs.text("clients.md");
        for (var name : Pages.published().keySet()) {
            var copy = get("/v1/" + name, "Origin: https://app.example.com");
            assertEquals(200, copy.status(), name);
            assertArrayEquals(get("/" + name).body(), copy.body(), name);
            assertEquals("public, max-age=31536000, immutable", copy.header("Cache-Control"), name);
            assertEquals("*", copy.header("Access-Control-Allow-Origin"), name);
            if (!name.endsWith(".js")) continue;
            var hash = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-384").digest(copy.body()));
            assertTrue(documented.contains("| `/v1/" + name + "` | `sha384-" + hash + "` |"), "/v1/" + name
                    + " sha384-" + hash);
        }
    }

    @Test
    void theTableNamesEveryFileOfThePagesAndNoOther() throws IOException {
        var root = Path.of("src/main/resources/web");
        var named = new TreeSet<>(Pages.files());
        named.addAll(List.of("viewer/index.html", "dashboard/index.html", "package.json"));
        var taken = new TreeSet<String>();
        try (var files = Files.walk(root)) {
            files.filter(Files::isRegularFile).map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .forEach(taken::add);
        }
        // taken into those that are named
        taken.removeIf(name -> name.startsWith("client/") && name.endsWith(".js") && !named.contains(name));
        assertEquals(named, taken);
    }

    @Test
    void theComponentHasTheColoursOfThePages() {
        var theme = get("/shared/theme.css").text();
        var tokens = get("/shared/rows-style.js").text().replaceAll("(?s).*TOKENS = `|`;.*", "").strip().lines()
                .toList();
        assertTrue(tokens.size() > 10, tokens::toString);
        for (var token : tokens) assertTrue(theme.contains(token.strip()), token);
    }

    @Test
    void frameAncestorsSaysWhichPagesMayShowOursInAFrame() {
        try (var framed = Gateway.start("FRAME_ANCESTORS='self'  https://app.example.com https://*.example.org")) {
            for (var path : List.of("/", "/admin")) {
                var policy = ask(framed.port(), request("GET", path, HTML).getBytes(UTF_8))
                        .header("Content-Security-Policy");
                assertTrue(policy.endsWith("; frame-ancestors 'self' https://app.example.com https://*.example.org"),
                        policy);
            }
        }
    }

    private static Wire.Answer get(String path, String... headers) {
        return ask(gateway.port(), request("GET", path, headers).getBytes(UTF_8));
    }

    /// The page at `/`, what it names, what that names, and so on.
    private static Map<String, Wire.Answer> files() {
        var files = new LinkedHashMap<String, Wire.Answer>();
        var open = new ArrayDeque<>(List.of("/"));
        while (!open.isEmpty()) {
            String path = open.poll();
            if (files.containsKey(path)) continue;
            var answer = get(path, HTML);
            files.put(path, answer);
            var named = NAMED.matcher(answer.text());
            while (named.find())
                if (!named.group(1).startsWith("data:"))
                    open.add(java.net.URI.create(path).resolve(named.group(1)).getPath());
        }
        return files;
    }

    private static String type(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "/" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new AssertionError(path);
        };
    }
}
