package com.datashop.gateway.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Tokens;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of `scripts/deploy`: each is well-formed, and its settings start a gateway in production.
class PlatformsTest {
    private static final Path DEPLOY = Path.of("scripts", "deploy");
    private static final Pattern SETTING = Pattern.compile("\\b([A-Z][A-Z0-9_]{3,})=");
    /// Variables of the platforms, the JVM, the C library and systemd.
    private static final Set<String> NOT_OURS = Set.of("JDK_JAVA_OPTIONS", "RAILWAY_RUN_UID", "LANG", "LOCPATH");
    private static final int SHUTDOWN_SECONDS = 10;

    @TempDir
    private Path directory;

    @Test
    void theRenderBlueprintMakesAGatewayThatStarts() throws Exception {
        var service = object(array(object(yaml("render.yaml").getFirst()).get("services")).elements().getFirst());
        assertEquals("docker", Gateway.string(service, "runtime"));
        assertTrue(Files.exists(Path.of(Gateway.string(service, "dockerfilePath"))));
        assertTrue(Gateway.number(service, "maxShutdownDelaySeconds") > SHUTDOWN_SECONDS);
        var environment = new LinkedHashMap<String, String>();
        for (var one : array(service.get("envVars")).elements()) {
            var variable = object(one);
            var name = Gateway.string(variable, "key");
            if (variable.get("value") != null) environment.put(name, Gateway.string(variable, "value"));
            // 256 bits in base64, as Render does
            else if (variable.get("generateValue") != null)
                environment.put(name, Base64.getEncoder().encodeToString(new byte[32]));
            else environment.put(name, typed(name));
        }
        assertStarts(environment, Gateway.string(service, "healthCheckPath"));
    }

    @Test
    void theRailwayConfigurationDrainsLongerThanTheGateway() throws Exception {
        var config = object(JsonValue.parse(Files.readString(DEPLOY.resolve("railway.json"))));
        var deploy = object(config.get("deploy"));
        assertTrue(Files.exists(Path.of(Gateway.string(object(config.get("build")), "dockerfilePath"))));
        assertTrue(Gateway.number(deploy, "drainingSeconds") > SHUTDOWN_SECONDS, "its default is none at all");
        assertEquals(1, Gateway.number(deploy, "numReplicas"));
        assertEquals("/health", Gateway.string(deploy, "healthcheckPath"));
    }

    @Test
    void theKubernetesManifestMakesAGatewayThatStarts() throws Exception {
        var documents = yaml("kubernetes.yaml").stream().map(PlatformsTest::object).toList();
        assertEquals(List.of("Service", "StatefulSet"), documents.stream()
                .map(document -> Gateway.string(document, "kind")).toList());
        var set = object(documents.getLast().get("spec"));
        var pod = object(object(set.get("template")).get("spec"));
        assertTrue(Gateway.number(pod, "terminationGracePeriodSeconds") > SHUTDOWN_SECONDS);
        var container = object(array(pod.get("containers")).elements().getFirst());
        assertEquals("true", object(container.get("securityContext")).get("readOnlyRootFilesystem").toString());
        assertEquals(Dockerfile.read().value("USER").split(":")[0], object(pod.get("securityContext")).get("runAsUser")
                .toString());
        assertEquals(Dockerfile.read().value("EXPOSE"), object(array(container.get("ports")).elements().getFirst())
                .get("containerPort").toString());
        for (var document : documents)
            assertTrue(document.toString().contains("\"app\":\"logs-sse-gateway\""),
                    "the service finds the pod by this label");
        var environment = new LinkedHashMap<>(Map.of("SERVICE_TOKENS", typed("SERVICE_TOKENS"), "JWT_SECRET",
                Tokens.SECRET, "ADMIN_TOKEN", "secret"));
        for (var one : array(container.get("env")).elements())
            environment.put(Gateway.string(object(one), "name"), Gateway.string(object(one), "value"));
        assertTrue(environment.get("DATA_DIR")
                .equals(Gateway.string(object(array(container.get("volumeMounts")).elements().getFirst()),
                "mountPath")));
        for (var probe : List.of("startupProbe", "readinessProbe", "livenessProbe"))
            assertStarts(environment, Gateway.string(object(object(container.get(probe)).get("httpGet")), "path"));
    }

    @Test
    void theSystemdUnitIsOneAndItsGatewayStarts() throws Exception {
        var unit = Files.readString(DEPLOY.resolve("logs-sse-gateway.service"));
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var copy = Files.writeString(directory.resolve("logs-sse-gateway.service"),
                unit.replace("/usr/bin/java", java.toString())
                .replace("file:///opt/logs-sse-gateway/README.md", Path.of("README.md").toUri().toString()));
        try (var verify = Child.start(Tool.path("systemd-analyze").toString(), "verify", "--man=no", copy.toString())) {
            int code = verify.awaitExit();
            var about = (verify.out() + verify.err()).lines().filter(line -> line.contains("logs-sse-gateway"))
                    .toList();
            assertEquals(List.of(), about, verify::toString);
            assertEquals(0, code, verify::toString);
        }
        var environment = new LinkedHashMap<>(Map.of("SERVICE_TOKENS", typed("SERVICE_TOKENS"), "STREAM_AUTH", "none"));
        for (var line : unit.lines().filter(line -> line.startsWith("Environment=")).toList())
            environment.put(line.split("=")[1], line.split("=")[2]);
        assertEquals("production", environment.get("NODE_ENV"));
        assertEquals("C.UTF-8", environment.get("LANG"), "else a secret that is not ASCII stops the start");
        assertTrue(Integer.parseInt(unit.replaceFirst("(?s).*TimeoutStopSec=(\\d+).*", "$1")) > SHUTDOWN_SECONDS);
        assertStarts(environment, "/health");
    }

    /// The CLI is replaced by one that notes what it is told, for an account of the test's own there is not.
    @Test
    void whatTheHerokuScriptTellsHerokuMakesAGatewayThatStarts() throws Exception {
        var notes = directory.resolve("notes");
        var cli = Files.writeString(directory.resolve("heroku"),
                "#!/bin/sh\ncase $1 in config:get) ;; *) printf '%s\\n' \"$@\" >> '" + notes + "' ;; esac\n");
        assertTrue(cli.toFile().setExecutable(true));
        var path = directory + ":" + System.getenv("PATH");
        try (var script = Child.start(Map.of("PATH", path),
                List.of("bash", DEPLOY.resolve("heroku").toString(), "an-app", "https://app.example.com"))) {
            assertEquals(0, script.awaitExit(), script::toString);
        }
        var told = Files.readAllLines(notes);
        assertTrue(told.containsAll(List.of("stack:set", "container:push", "container:release")), told::toString);
        var environment = new LinkedHashMap<String, String>();
        for (var word : told)
            if (SETTING.matcher(word).lookingAt())
                environment.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
        assertStarts(environment, "/health");
    }

    @Test
    void theCommandsForDockerRunTheImageThatTheyBuildAsAGatewayThatStarts() throws Exception {
        var commands = Docs.block("console", "docker run").replace("\\\n", " ");
        var run = commands.lines().filter(line -> line.contains("docker run")).findFirst().orElseThrow().strip();
        assertTrue(commands.contains("docker build -t " + run.substring(run.lastIndexOf(' ') + 1) + " ."), commands);
        assertTrue(Integer.parseInt(run.replaceFirst(".*--stop-timeout (\\d+).*", "$1")) > SHUTDOWN_SECONDS, run);
        var environment = settings(run, " -e ");
        environment.put("NODE_ENV", "production"); // as the Dockerfile has it
        assertTrue(Dockerfile.read().values("ENV").contains("NODE_ENV=production"));
        assertTrue(run.contains("-v log:" + environment.get("DATA_DIR") + " "), "the volume is where the log is");
        assertStarts(environment, "/health");
    }

    @Test
    void theCommandForKubernetesMakesTheSecretThatTheManifestAsksFor() throws Exception {
        var command = Docs.block("console", "kubectl create secret").replace("\\\n", " ");
        var set = object(object(yaml("kubernetes.yaml").getLast()).get("spec"));
        var pod = object(object(set.get("template")).get("spec"));
        var container = object(array(pod.get("containers")).elements().getFirst());
        var source = object(array(container.get("envFrom")).elements().getFirst());
        var name = Gateway.string(object(source.get("secretRef")), "name");
        assertTrue(command.contains("kubectl create secret generic " + name + " "), command);
        var names = settings(command, "--from-literal=").keySet();
        assertEquals(Set.of("SERVICE_TOKENS", "JWT_SECRET", "ADMIN_TOKEN"), names);
    }

    @Test
    void theCommandsForSystemdPutTheFilesWhereTheUnitLooksForThem() throws Exception {
        var commands = Docs.block("console", "systemctl enable");
        var unit = Files.readString(DEPLOY.resolve("logs-sse-gateway.service"));
        var installs = Pattern.compile("(?m)^# install (?:-D )?-m \\d+ (\\S+) (\\S+)").matcher(commands);
        var targets = new ArrayList<String>();
        while (installs.find()) {
            var source = installs.group(1);
            if (!source.startsWith("target/")) assertTrue(Files.exists(Path.of(source)), source);
            targets.add(installs.group(2));
        }
        assertEquals(4, targets.size(), commands);
        for (var target : targets) assertTrue(unit.contains(target) || target.equals("/etc/systemd/system/"), target);
        assertTrue(commands.contains("systemctl enable --now logs-sse-gateway"), commands);
    }

    @Test
    void everySettingThatTheyOrTheDocumentNameIsOneOfTheGateways() throws Exception {
        var options = options();
        var seen = new HashSet<String>();
        var texts = new ArrayList<>(List.of(Docs.text("deploying.md"), Files.readString(Path.of("Dockerfile"))));
        for (var file : List.of("render.yaml", "kubernetes.yaml", "heroku", "logs-sse-gateway.service"))
            texts.add(Files.readString(DEPLOY.resolve(file)));
        for (var text : texts) {
            var names = SETTING.matcher(text.replaceAll("(?m)^(ARG|Environment=)", ""));
            while (names.find()) if (!names.group(1).equals("BUILDER")) seen.add(names.group(1));
            var keys = Pattern.compile("(?:key|name): ([A-Z][A-Z_]+)").matcher(text);
            while (keys.find()) seen.add(keys.group(1));
        }
        seen.removeAll(NOT_OURS);
        assertTrue(seen.containsAll(Set.of("NODE_ENV", "SERVICE_TOKENS", "STREAM_AUTH", "TRUST_PROXY", "DATA_DIR")),
                seen::toString);
        seen.removeIf(name -> options.contains(name.replaceFirst("_FILE$", "")));
        assertEquals(Set.of(), seen);
    }

    private void assertStarts(Map<String, String> environment, String healthPath) throws IOException {
        var settings = new ArrayList<>(List.of("PORT=0", "HOST=127.0.0.1"));
        environment.forEach((name, value) ->
                settings.add(name + "=" + (name.equals("DATA_DIR") ? directory.resolve("data").toString() : value)));
        var ours = new HashSet<>(environment.keySet());
        ours.removeAll(NOT_OURS);
        assertTrue(options().containsAll(ours), environment::toString);
        try (var gateway = GatewayProcess.start(settings.toArray(String[]::new))) {
            assertTrue(gateway.out().contains("(production)"), gateway.out());
            Await.until("the gateway to be well", () -> gateway.client().get(healthPath).statusCode() == 200);
            assertEquals(401, gateway.client().tryPublish("w/r", "1").statusCode(), "the built-in tokens are off");
        }
    }

    /// The settings that a command of the documents gives, each after the prefix. A command in a setting makes a
    /// secret.
    private static Map<String, String> settings(String command, String prefix) {
        var settings = new LinkedHashMap<String, String>();
        var values = Pattern.compile(Pattern.quote(prefix) + "([A-Z_]+)=(\"[^\"]*\"|\\S+)").matcher(command);
        while (values.find()) {
            var value = values.group(2);
            settings.put(values.group(1), value.contains("$(") ? Tokens.SECRET : value);
        }
        return settings;
    }

    /// The answer of somebody who is asked for it.
    private static String typed(String name) {
        return switch (name) {
            case "SERVICE_TOKENS" -> "a-long-random-token=etl";
            case "ALLOWED_ORIGINS" -> "https://app.example.com";
            default -> throw new AssertionError("the blueprint asks for " + name);
        };
    }

    private static Set<String> options() {
        try (var help = GatewayProcess.launch(List.of(), "--help")) {
            assertEquals(0, help.awaitExit());
            var names = new HashSet<String>();
            var variables = Pattern.compile("(?m)^  --[a-z-]+ +([A-Z_]+) ").matcher(help.out());
            while (variables.find()) names.add(variables.group(1));
            assertTrue(names.size() > 20, help::toString);
            return names;
        }
    }

    private static List<JsonValue> yaml(String file) throws JsonException {
        try (var python = Child.start(Tool.path("python3").toString(), "-c",
                "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))",
                DEPLOY.resolve(file).toString())) {
            int code = python.awaitExit();
            if (python.err().contains("No module named")) Tool.leaveOut("python3-yaml is not installed");
            assertEquals(0, code, python::toString);
            return array(JsonValue.parse(python.out())).elements();
        }
    }

    private static JsonObject object(JsonValue value) {
        return (JsonObject) value;
    }

    private static JsonArray array(JsonValue value) {
        return (JsonArray) value;
    }
}
